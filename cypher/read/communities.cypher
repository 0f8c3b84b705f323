// Concepts that are in a community, one packed row a page
// :param after => ""
// :param limit => 20000
MATCH (c:Concept) WHERE c.id > $after AND c.community IS NOT NULL
WITH c ORDER BY c.id LIMIT $limit
WITH max(c.id) AS id, collect([c.id, c.community]) AS concepts
WHERE id IS NOT NULL
RETURN id, concepts;
