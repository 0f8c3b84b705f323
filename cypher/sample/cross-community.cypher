// Cross-community: of every two communities the two knowledge points that join them most strongly
// Needs `kgsynth link --communities`. The strongest pairs come first; for concept sets of them say
// `kgsynth sample cypher sample/cross-community`, for more of each two communities `kgsynth sample
// cross-community`.
// :param domain => "mathematics"
// :param limit => 25
MATCH (a:KnowledgePoint {domain: $domain})-[r:CO_OCCURS_WITH]->(b:KnowledgePoint)
WHERE a.community <> b.community
WITH CASE WHEN a.community < b.community THEN [a.community, b.community]
  ELSE [b.community, a.community] END AS joined, max([r.weight, a.id, b.id]) AS strongest
ORDER BY strongest DESC LIMIT $limit
MATCH (a:KnowledgePoint {id: strongest[1]})-[r:CO_OCCURS_WITH]->(b:KnowledgePoint {id: strongest[2]})
RETURN a, r, b, [a.id, b.id] AS concepts
ORDER BY r.weight DESC, a.id DESC, b.id DESC;
