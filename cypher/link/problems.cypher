// What each of the problems holds, one row each
// A mention is [concept id, ids of the topics that it was listed under]; pages are ordered by id,
// rejected problems do not count.
// :param after => ""
// :param limit => 5000
MATCH (s:Problem) WHERE s.id > $after AND coalesce(s.status, '') <> 'rejected'
WITH s ORDER BY s.id LIMIT $limit
RETURN s.id AS id, COLLECT {
  MATCH (s)-[m:HAS_TOPIC|MENTIONS]->(c:Concept) RETURN [c.id, coalesce(m.topics, [])]
} AS mentions;
