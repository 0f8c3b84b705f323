// The points that a topic covers, or those of a community: ids
// :param domain => null
// :param topic => null
// :param community => null
CALL () {
  MATCH (t:Topic)-[:COVERS]->(p:KnowledgePoint)
  WHERE t.name = $topic AND ($domain IS NULL OR t.domain = $domain)
  RETURN p
  UNION
  MATCH (p:KnowledgePoint)
  WHERE p.community = $community AND ($domain IS NULL OR p.domain = $domain)
  RETURN p
}
RETURN collect(p.id) AS ids;
