// Two hops: knowledge points that never meet but have a neighbour in common
// The common neighbour is the one with the strongest weaker side; pairs with a stronger one first.
// :param name => "Binomial coefficients"
// :param limit => 25
MATCH (a:KnowledgePoint {name: $name})-[r:CO_OCCURS_WITH]-(b:KnowledgePoint)
  -[s:CO_OCCURS_WITH]-(c:KnowledgePoint)
WHERE a <> c AND NOT EXISTS { (a)-[:CO_OCCURS_WITH]-(c) }
WITH a, r, b, s, c, CASE WHEN r.weight < s.weight THEN r.weight ELSE s.weight END AS strength
ORDER BY strength DESC, b.id
WITH a, c, head(collect({r: r, b: b, s: s, strength: strength})) AS best
ORDER BY best.strength DESC, c.id
LIMIT $limit
RETURN a, best.r AS r, best.b AS b, best.s AS s, c;
