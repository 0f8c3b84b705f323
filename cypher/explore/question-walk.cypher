// Walk of a question: the concepts its set was drawn from, in order
// Numbers on the arrows are positions; every concept is joined to the one it was stepped from. The
// id is that of a question or a concept set; an empty one takes the newest question.
// :param id => ""
WITH $id AS id
CALL (id) {
  MATCH (q:Question {id: id})-[g:GENERATED_FROM]->(s:ConceptSet) RETURN q, g, s
  UNION
  MATCH (s:ConceptSet {id: id}) RETURN null AS q, null AS g, s
  UNION
  WITH * WHERE id = ''
  MATCH (q:Question)-[g:GENERATED_FROM]->(s:ConceptSet)
  RETURN q, g, s ORDER BY q.createdAt DESC, q.id LIMIT 1
}
MATCH (s)-[at:SAMPLED]->(c:Concept)
OPTIONAL MATCH (s)-[:SAMPLED {position: at.previous}]->(from:Concept)-[step:CO_OCCURS_WITH|COVERS]-(c)
RETURN at.position AS position, c.name AS concept, from.name AS steppedFrom,
  step.documentCount AS documents, q, g, s, at, c, step
ORDER BY position;
