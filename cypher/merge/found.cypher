// What embeddings and models decided on pairs of concepts, packed: a row for each concept with some
// A decision is [other id, same or not, by whom, similarity]; an embedding alone never says that two
// are distinct: that pair waits for the model. Pages are ordered by id; $domain null means all.
// :param after => ""
// :param limit => 5000
// :param domain => "mathematics"
MATCH (c:Concept) WHERE c.id > $after AND ($domain IS NULL OR c.domain = $domain)
  AND EXISTS { (c)-[:SAME_AS|DISTINCT_FROM]->() }
WITH c ORDER BY c.id LIMIT $limit
RETURN c.id AS id, COLLECT {
  MATCH (c)-[d:SAME_AS|DISTINCT_FROM]->(other:Concept)
  WHERE d.decidedBy IN ['embedding', 'model']
  RETURN [other.id, type(d) = 'SAME_AS', d.decidedBy, d.similarity]
} AS decisions
ORDER BY id;
