// Least covered: concepts that many documents hold and few questions test
// First those without a question, of these the ones in most documents. Rejected questions do not
// count. Drawn with the documents that hold them and the questions there are. The kind is
// "KnowledgePoint", "Topic" or "Concept" (both).
// :param kind => "KnowledgePoint"
// :param limit => 12
MATCH (c:Concept) WHERE $kind IN labels(c) AND c.documentCount > 0
WITH c, COUNT { (c)<-[:TESTS]-(q:Question) WHERE q.status <> 'rejected' } AS questions
ORDER BY questions, c.documentCount DESC, c.name LIMIT $limit
CALL (c) {
  MATCH (source:Document)-[r:HAS_TOPIC|MENTIONS]->(c) RETURN source, r ORDER BY source.id LIMIT 5
  UNION ALL
  MATCH (source:Question)-[r:TESTS]->(c) WHERE source.status <> 'rejected'
  RETURN source, r ORDER BY source.id LIMIT 5
}
RETURN c.name AS concept, questions, c.documentCount AS documents, c, collect(r) AS held,
  collect(source) AS sources
ORDER BY questions, documents DESC, concept;
