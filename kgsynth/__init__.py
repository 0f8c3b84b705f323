"""Documents and seed problems in, verified training data out, through a concept graph in Neo4j."""

__version__ = "0.1.0"
