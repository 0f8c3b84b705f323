// Items written by the model steps, by status
// :param domain => "mathematics"
CALL () {
  MATCH (q:Question) WHERE q.domain = $domain
  RETURN 'questions' AS item, q.status AS status, count(q) AS number
  UNION ALL
  MATCH (a:Answer)-[:ANSWERS]->(q:Question) WHERE q.domain = $domain
  RETURN 'answers' AS item, a.status AS status, count(a) AS number
}
RETURN item, status, number
ORDER BY item, status;
