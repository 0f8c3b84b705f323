// Questions with their call, their sources and the concepts they test
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.call})
MERGE (q:Question {id: row.id})
ON CREATE SET q.createdAt = datetime(), q.status = row.status, q.reason = row.reason
SET q += row.properties
MERGE (q)-[p:PRODUCED_BY]->(c)
SET p.item = row.item
WITH q, row
CALL (q, row) {
  UNWIND row.sources AS source
  CALL (source) {
    MATCH (s:ConceptSet {id: source.id}) RETURN s
    UNION ALL MATCH (s:Document {id: source.id}) RETURN s
    UNION ALL MATCH (s:Problem {id: source.id}) RETURN s
    UNION ALL MATCH (s:Question {id: source.id}) RETURN s
  }
  MERGE (q)-[g:GENERATED_FROM]->(s)
  SET g.role = source.role
}
CALL (q, row) {
  MATCH (v:Persona {id: row.persona})
  MERGE (q)-[:IN_VOICE_OF]->(v)
}
CALL (q, row) {
  UNWIND row.concepts AS concept
  MATCH (t:Concept {id: concept})
  MERGE (q)-[:TESTS]->(t)
};
