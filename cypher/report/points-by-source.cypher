// Knowledge points of each tagged document and problem, in order of id: how fast do new points come?
// :param domain => "mathematics"
// :param limit => 20000
MATCH (s:Document|Problem) WHERE s.domain = $domain AND EXISTS { (s)-[:MENTIONS]->() }
WITH s ORDER BY s.id LIMIT $limit
RETURN COLLECT { MATCH (s)-[:MENTIONS]->(c:KnowledgePoint) RETURN c.id } AS points
ORDER BY s.id;
