// Whether GDS holds a graph of this name
// :param graph => "kgsynth-walk-example"
RETURN gds.graph.exists($graph) AS there;
