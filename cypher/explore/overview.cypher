// Overview: the largest topics, the topics they meet most and what they cover
// :param topics => 16
// :param neighbours => 3
// :param points => 2
MATCH (t:Topic)
WITH t ORDER BY t.documentCount DESC, t.name LIMIT $topics
OPTIONAL CALL (t) {
  MATCH p = (t)-[r:CO_OCCURS_WITH]-(near:Topic)
  RETURN p ORDER BY r.documentCount DESC, near.documentCount DESC, near.name LIMIT $neighbours
  UNION ALL
  MATCH p = (t)-[r:COVERS]->(near:KnowledgePoint)
  RETURN p ORDER BY r.listed DESC, r.documentCount DESC, near.name LIMIT $points
}
RETURN t, p;
