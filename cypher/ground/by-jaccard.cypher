// The documents that share most with concept sets, by Jaccard similarity
// Both sides hold topics and knowledge points, each once, as what they were merged into:
// jaccard = concepts in both / concepts in either. Ties fall to the lower document id.
// :param sets => ["0123456789abcdef0123456789abcdef"]
// :param top => 2
UNWIND $sets AS id
MATCH (s:ConceptSet {id: id})
CALL (s) {
  MATCH (s)-[:SAMPLED]->(:Concept)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
  WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) } AND coalesce(c.status, '') <> 'rejected'
  WITH collect(DISTINCT c) AS wanted
  UNWIND wanted AS c
  MATCH (c)<-[:MERGED_INTO*0..]-(:Concept)<-[:HAS_TOPIC|MENTIONS]-(d:Document)
  WHERE coalesce(d.status, '') <> 'rejected'
  WITH size(wanted) AS sampled, d, count(DISTINCT c) AS shared
  WITH sampled, d, shared, COUNT {
    MATCH (d)-[:HAS_TOPIC|MENTIONS]->(:Concept)-[:MERGED_INTO*0..]->(held:Topic|KnowledgePoint)
    WHERE NOT EXISTS { (held)-[:MERGED_INTO]->(:Concept) }
      AND coalesce(held.status, '') <> 'rejected'
    RETURN DISTINCT held
  } AS held
  WITH d, toFloat(shared) / (sampled + held - shared) AS jaccard
  ORDER BY jaccard DESC, d.id
  LIMIT $top
  RETURN collect([d.id, jaccard]) AS documents
}
RETURN s.id AS id, documents;
