// Neighbourhood of a topic: the topics it meets and the knowledge points it covers
// Those that share most documents with it come first; of knowledge points, those listed under it
// most often. An empty name takes the topic with most documents.
// :param topic => ""
// :param neighbours => 10
// :param points => 15
WITH $topic AS name
MATCH (t:Topic) WHERE name = '' OR t.name = name
WITH t ORDER BY t.documentCount DESC, t.name LIMIT 1
CALL (t) {
  MATCH (t)-[r:CO_OCCURS_WITH]-(near:Topic)
  RETURN r, near ORDER BY r.documentCount DESC, near.documentCount DESC, near.name
  LIMIT $neighbours
  UNION ALL
  MATCH (t)-[r:COVERS]->(near:KnowledgePoint)
  RETURN r, near ORDER BY r.listed DESC, r.documentCount DESC, near.name LIMIT $points
}
RETURN t.name AS topic, near.name AS concept, r.documentCount AS documents, t, r, near;
