// The GDS node of each rank, packed; nodes without a rank have a negative one
// :param graph => "kgsynth-walk-example"
CALL gds.graph.nodeProperty.stream($graph, 'rank') YIELD nodeId, propertyValue
WITH nodeId, propertyValue WHERE propertyValue >= 0
ORDER BY propertyValue
RETURN collect(nodeId) AS nodes, collect(propertyValue) AS ranks;
