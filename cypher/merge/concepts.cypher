// Concepts with their spellings, the sources that use each, and what was decided about them
// A spelling is [name as written, number of sources]; a merge is [id merged into, by whom, why]; who
// decided nothing of the kind that `merge` does is a person. `same` and `apart` are what people
// said of pairs. Pages are ordered by id; $domain null means all.
// :param after => ""
// :param limit => 5000
// :param domain => "mathematics"
MATCH (c:Concept) WHERE c.id > $after AND ($domain IS NULL OR c.domain = $domain)
WITH c ORDER BY c.id LIMIT $limit
RETURN c.id AS id, c.name AS name, c.aliases AS aliases, c.domain AS domain,
  c.scheme IS NOT NULL AS fixed, [label IN labels(c) WHERE label <> 'Concept'] AS kinds,
  CASE c.status WHEN 'rejected' THEN coalesce(c.reason, 'rejected') END AS rejected,
  c.embeddingOf AS embedding_of, c.embeddingModel AS embedding_model,
  COUNT { (c)<-[:HAS_TOPIC|MENTIONS]-() } AS sources,
  COLLECT {
    MATCH (c)<-[r:HAS_TOPIC|MENTIONS]-()
    UNWIND r.names AS spelling
    WITH spelling, count(*) AS number
    RETURN [spelling, number]
  } AS spellings,
  COLLECT {
    MATCH (c)-[m:MERGED_INTO]->(other:Concept)
    RETURN [other.id, coalesce(m.decidedBy, 'person'), m.reason]
  } AS merges,
  COLLECT {
    MATCH (c)-[d:SAME_AS]-(other:Concept)
    WHERE NOT coalesce(d.decidedBy, 'person') IN ['embedding', 'model']
    RETURN DISTINCT other.id
  } AS same,
  COLLECT {
    MATCH (c)-[d:DISTINCT_FROM]-(other:Concept)
    WHERE NOT coalesce(d.decidedBy, 'person') IN ['embedding', 'model']
    RETURN DISTINCT other.id
  } AS apart
ORDER BY id;
