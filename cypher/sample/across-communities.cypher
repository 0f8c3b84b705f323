// Pairs of points that meet although they belong to different communities, the most frequent first
// Needs `kgsynth link --communities`. For concept sets: `kgsynth sample cypher
// sample/across-communities`.
// :param domain => "mathematics"
// :param limit => 100
MATCH (a:KnowledgePoint {domain: $domain})-[r:CO_OCCURS_WITH]->(b:KnowledgePoint)
WHERE a.community <> b.community
RETURN [a, b] AS concepts, a.name AS one, b.name AS other, r.weight AS weight
ORDER BY r.weight DESC, a.id, b.id LIMIT $limit;
