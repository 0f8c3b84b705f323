// Model calls with their run and everything the model was shown
// :param rows => []
// :param run => ""
MATCH (r:Run {id: $run})
UNWIND $rows AS row
MERGE (c:Call {id: row.id})
ON CREATE SET c.createdAt = datetime()
SET c += row.properties
MERGE (c)-[:PART_OF]->(r)
WITH c, row
UNWIND row.used AS used
CALL (used) {
  MATCH (s:Document {id: used.id}) RETURN s
  UNION ALL MATCH (s:ConceptSet {id: used.id}) RETURN s
  UNION ALL MATCH (s:Question {id: used.id}) RETURN s
  UNION ALL MATCH (s:Answer {id: used.id}) RETURN s
  UNION ALL MATCH (s:Problem {id: used.id}) RETURN s
  UNION ALL MATCH (s:Concept {id: used.id}) RETURN s
  UNION ALL MATCH (s:Passage {id: used.id}) RETURN s
  UNION ALL MATCH (s:Persona {id: used.id}) RETURN s
}
MERGE (c)-[u:USED]->(s)
SET u.position = used.position;
