// How often sources were set free by `retry` to be asked about again in a task
// :param ids => []
// :param task => ""
UNWIND $ids AS id
CALL (id) {
  MATCH (s:Document {id: id}) RETURN s
  UNION ALL MATCH (s:ConceptSet {id: id}) RETURN s
  UNION ALL MATCH (s:Question {id: id}) RETURN s
  UNION ALL MATCH (s:Answer {id: id}) RETURN s
  UNION ALL MATCH (s:Problem {id: id}) RETURN s
  UNION ALL MATCH (s:Passage {id: id}) RETURN s
  UNION ALL MATCH (s:Concept {id: id}) RETURN s
}
MATCH (s)<-[:USED]-(c:Call {retired: $task})
RETURN id, count(c) AS times;
