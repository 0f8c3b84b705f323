// Triangles: three knowledge points that all meet each other, around one of them
// Triangles whose weakest side is strongest come first.
// :param name => "Binomial coefficients"
// :param limit => 25
MATCH (a:KnowledgePoint {name: $name})-[r:CO_OCCURS_WITH]-(b:KnowledgePoint)
  -[s:CO_OCCURS_WITH]->(c:KnowledgePoint)-[t:CO_OCCURS_WITH]-(a)
WITH a, r, b, s, c, t,
  reduce(least = r.weight, w IN [s.weight, t.weight] | CASE WHEN w < least THEN w ELSE least END)
    AS weakest
ORDER BY weakest DESC, b.id, c.id
LIMIT $limit
RETURN a, r, b, s, c, t;
