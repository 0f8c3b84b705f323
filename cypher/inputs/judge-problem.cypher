// What a judge needs to know of questions: the text, and the knowledge points it was to use
// `tests` are those that the question names, `points` those of the concept set it was made from.
// :param ids => []
UNWIND $ids AS id
MATCH (q:Question {id: id})
RETURN q.id AS id, q.text AS text, q.input AS input,
  COLLECT { MATCH (q)-[:TESTS]->(c:Concept) RETURN c.name ORDER BY c.name } AS tests,
  COLLECT {
    MATCH (q)-[:GENERATED_FROM]->(:ConceptSet)-[:SAMPLED]->(c:KnowledgePoint)
    RETURN DISTINCT c.name ORDER BY c.name
  } AS points
ORDER BY id;
