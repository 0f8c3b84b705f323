// Items with the benchmark items nearest to them, by comparison and rank
// :param ids => []
UNWIND $ids AS id
CALL (id) {
  MATCH (n:Question {id: id}) RETURN n, n.text + coalesce('\n' + n.input, '') AS text
  UNION ALL MATCH (n:Problem {id: id}) RETURN n, n.text AS text
  UNION ALL MATCH (n:Document {id: id}) RETURN n, n.text AS text
  UNION ALL MATCH (n:Passage {id: id}) RETURN n, n.text AS text
}
RETURN id, text, COLLECT {
  MATCH (v:Verdict {verifier: 'decontaminate', label: 'neighbour'})-[:JUDGES]->(n)
  RETURN v {.criterion, .sample, .matched} ORDER BY v.criterion, v.sample
} AS neighbours
ORDER BY id;
