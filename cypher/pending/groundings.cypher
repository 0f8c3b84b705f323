// Concept sets that have no document yet, with their concepts; pages are ordered by id
// :param after => ""
// :param limit => 5000
// :param domain => null
MATCH (s:ConceptSet)
WHERE s.id > $after AND ($domain IS NULL OR s.domain = $domain)
  AND NOT EXISTS { (s)-[:GROUNDED_IN]->(:Document) }
WITH s ORDER BY s.id LIMIT $limit
RETURN s.id AS id, COLLECT { MATCH (s)-[:SAMPLED]->(c:Concept) RETURN DISTINCT c.id } AS concepts;
