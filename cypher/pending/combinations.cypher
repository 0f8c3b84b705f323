// Stored concept sets of a strategy, packed: [is of the seed and domain, ordinal, ids of concepts]
// $domain null: of all domains. Pages are ordered by id.
// :param strategy => "two-hop"
// :param seed => 0
// :param domain => null
// :param after => ""
// :param limit => 10000
MATCH (s:ConceptSet)
USING INDEX s:ConceptSet(id)
WHERE s.id > $after AND s.strategy = $strategy
WITH s ORDER BY s.id LIMIT $limit
WITH max(s.id) AS id, collect([
  s.seed = $seed AND ($domain IS NULL OR s.domain = $domain), s.ordinal,
  COLLECT { MATCH (s)-[:SAMPLED]->(c:Concept) RETURN c.id }
]) AS sets
WHERE id IS NOT NULL
RETURN id, sets;
