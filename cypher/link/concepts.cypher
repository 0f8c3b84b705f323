// Topics and knowledge points, one packed row a page
// A concept is [id, is a topic, is a knowledge point, id it is merged into, domain, documentCount, problemCount,
// degree, rejected or not]; pages are ordered by id.
// :param after => ""
// :param limit => 20000
MATCH (c:Concept) WHERE c.id > $after
WITH c ORDER BY c.id LIMIT $limit
WITH c, head(COLLECT { MATCH (c)-[:MERGED_INTO]->(r:Concept) RETURN r.id ORDER BY r.id }) AS into
WITH max(c.id) AS id, collect([
  c.id, c:Topic, c:KnowledgePoint, into, c.domain, c.documentCount, c.problemCount, c.degree,
  coalesce(c.status, '') = 'rejected'
]) AS concepts
WHERE id IS NOT NULL
RETURN id, concepts;
