// Which of some documents and passages a task was asked about
// :param ids => []
// :param task => ""
UNWIND $ids AS id
CALL (id) {
  MATCH (s:Document {id: id}) RETURN s
  UNION ALL MATCH (s:Passage {id: id}) RETURN s
}
WITH s WHERE EXISTS { (s)<-[:USED]-(:Call {task: $task}) }
RETURN collect(s.id) AS ids;
