// The GDS node of each rank, packed
// :param graph => "kgsynth-walk-example"
CALL gds.graph.nodeProperty.stream($graph, 'rank') YIELD nodeId, propertyValue
WITH nodeId, propertyValue ORDER BY propertyValue
RETURN collect(nodeId) AS nodes, collect(propertyValue) AS ranks;
