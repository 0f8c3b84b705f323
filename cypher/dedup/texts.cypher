// Texts of questions and seed problems, as they are compared
// :param ids => []
UNWIND $ids AS id
CALL (id) {
  MATCH (q:Question {id: id}) RETURN q.text + coalesce('\n' + q.input, '') AS text
  UNION ALL MATCH (p:Problem {id: id}) RETURN p.text AS text
}
RETURN collect([id, text]) AS texts;
