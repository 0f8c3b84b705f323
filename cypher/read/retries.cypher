// How often sources were set free by `retry` to be asked about again in a task
// `least` is the lowest sample number that no call about the source has.
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
MATCH (s)<-[:USED]-(c:Call) WHERE $task IN [c.retired, c.task]
WITH id, count(CASE WHEN c.retired = $task THEN 1 END) AS times,
  max(coalesce(c.sample, 0)) + 1 AS least
WHERE times > 0
RETURN id, times, least;
