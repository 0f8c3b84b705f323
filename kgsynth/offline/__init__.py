"""The first build of a graph through Neo4j's importer, without a running server."""
