// Lineage of a question: where it came from and what became of it
// Dataset and training record, the question with its answers and verdicts, the calls and the run
// that made them, the concept set with its concepts, the documents. The id is that of an
// example, question or answer; an empty one takes the newest question that has an answer.
// :param id => ""
WITH $id AS id
CALL (id) {
  MATCH (:Example {id: id})-[:HAS_PART]->(q:Question) RETURN q
  UNION MATCH (q:Question {id: id}) RETURN q
  UNION MATCH (:Answer {id: id})-[:ANSWERS]->(q:Question) RETURN q
  UNION
  WITH * WHERE id = ''
  MATCH (q:Question) WHERE EXISTS { (:Answer)-[:ANSWERS]->(q) }
  RETURN q ORDER BY q.createdAt DESC, q.id LIMIT 1
}
CALL (q) {
  MATCH part = (q)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run) RETURN part
  UNION ALL
  MATCH part = (q)-[:GENERATED_FROM]->(:ConceptSet)-[:SAMPLED|GROUNDED_IN]->() RETURN part
  UNION ALL MATCH part = (q)-[:GENERATED_FROM|TESTS|IN_VOICE_OF]->() RETURN part
  UNION ALL MATCH part = (q)<-[:ANSWERS]-() RETURN part
  UNION ALL
  MATCH part = (q)<-[:ANSWERS]-(:Answer)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run) RETURN part
  UNION ALL MATCH part = (q)<-[:HAS_PART]-(:Example) RETURN part
  UNION ALL MATCH part = (q)<-[:HAS_PART]-(:Example)<-[:CONTAINS]-(:Dataset) RETURN part
  UNION ALL MATCH part = (q)<-[:JUDGES]-(:Verdict) RETURN part
  UNION ALL MATCH part = (q)<-[:ANSWERS]-(:Answer)<-[:JUDGES]-(:Verdict) RETURN part
}
RETURN part LIMIT 200;
