// What was compared with which benchmarks: it is not compared with them again
// :param rows => []
// :param sets => []
UNWIND $rows AS row
CALL (row) {
  MATCH (n:Question {id: row.id}) RETURN n
  UNION ALL MATCH (n:Problem {id: row.id}) RETURN n
  UNION ALL MATCH (n:Document {id: row.id}) RETURN n
  UNION ALL MATCH (n:Passage {id: row.id}) RETURN n
}
WITH n, coalesce(n.comparedWith, []) AS before
SET n.comparedWith = before + [one IN $sets WHERE NOT one IN before];
