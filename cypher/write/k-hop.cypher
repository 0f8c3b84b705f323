// Pairs of points at a distance of two or three, lower id first
// :param rows => []
// :param hops => 2
UNWIND $rows AS row
MATCH (a:KnowledgePoint {id: row.left})
MATCH (b:KnowledgePoint {id: row.right})
MERGE (a)-[r:K_HOP {hops: $hops}]->(b)
SET r.paths = row.paths;
