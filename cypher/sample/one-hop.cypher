// One hop: pairs of knowledge points that meet, around one of them
// The pairs that meet most often come first. Put the name of a knowledge point in $name.
// :param name => "Binomial coefficients"
// :param limit => 25
MATCH (a:KnowledgePoint {name: $name})-[r:CO_OCCURS_WITH]-(b:KnowledgePoint)
RETURN a, r, b
ORDER BY r.weight DESC, b.id
LIMIT $limit;
