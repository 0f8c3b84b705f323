// Three hops: knowledge points that are exactly three steps away
// Steps are drawn by weight (see sample/walk), so another run shows others. $tries walks are
// taken; those that end nearer are left out.
// :param name => "Binomial coefficients"
// :param limit => 25
// :param tries => 500
MATCH (a:KnowledgePoint {name: $name})
UNWIND range(1, $tries) AS try
CALL (a, try) {
  MATCH (a)-[r:CO_OCCURS_WITH]-(b:KnowledgePoint)
  RETURN r, b ORDER BY -log(1.0 - rand()) / exp(r.weight) LIMIT 1
}
CALL (b) {
  MATCH (b)-[s:CO_OCCURS_WITH]-(c:KnowledgePoint)
  RETURN s, c ORDER BY -log(1.0 - rand()) / exp(s.weight) LIMIT 1
}
CALL (c) {
  MATCH (c)-[t:CO_OCCURS_WITH]-(d:KnowledgePoint)
  RETURN t, d ORDER BY -log(1.0 - rand()) / exp(t.weight) LIMIT 1
}
WITH a, r, b, s, c, t, d
WHERE a <> d AND NOT EXISTS { (a)-[:CO_OCCURS_WITH]-(d) }
  AND NOT EXISTS { (a)-[:CO_OCCURS_WITH]-(:KnowledgePoint)-[:CO_OCCURS_WITH]-(d) }
WITH a, d, head(collect([r, b, s, c, t])) AS path
RETURN a, path[0] AS r, path[1] AS b, path[2] AS s, path[3] AS c, path[4] AS t, d
LIMIT $limit;
