// Communities of the concept graph, the largest first, with the concepts that stand for each
// Written by `kgsynth link --communities`. Topics first, then the points that most concepts meet.
// :param domain => "mathematics"
// :param limit => 20
MATCH (c:Concept {domain: $domain}) WHERE c.community IS NOT NULL
WITH c.community AS community, count(*) AS concepts, sum(CASE WHEN c:Topic THEN 1 ELSE 0 END) AS topics
ORDER BY concepts DESC, community LIMIT $limit
RETURN community, concepts, topics,
  COLLECT {
    MATCH (c:Concept {domain: $domain, community: community})
    RETURN c.name ORDER BY c:Topic DESC, coalesce(c.degree, 0) DESC, c.name LIMIT 6
  } AS standsFor;
