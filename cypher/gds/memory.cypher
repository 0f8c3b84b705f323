// Memory that a projection of this size needs at most, and the heap that is free for it, in bytes
// :param nodes => 1000
// :param relationships => 10000
CALL gds.graph.project.estimate('*',
  {ALL: {type: '*', orientation: 'UNDIRECTED', properties: 'weight'}},
  {nodeCount: $nodes, relationshipCount: $relationships}
) YIELD bytesMax
CALL gds.debug.sysInfo() YIELD key, value
WHERE key IN ['heapMaxInBytes', 'heapTotalInBytes', 'heapFreeInBytes']
RETURN bytesMax AS needed,
  sum(CASE WHEN key = 'heapTotalInBytes' THEN -value ELSE value END) AS free;
