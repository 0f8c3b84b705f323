// Drops a named graph of GDS, if it is there
// auto-commit
// :param graph => "kgsynth-walk-example"
CALL gds.graph.drop($graph, false) YIELD graphName
RETURN graphName AS graph;
