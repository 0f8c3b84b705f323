// What each of the problems holds, one row each
// `listed` has the ids of the topics that each concept of `held` was listed under, or is empty where
// that is not asked for; pages are ordered by id, rejected problems do not count.
// :param after => ""
// :param limit => 5000
// :param listed => true
MATCH (s:Problem) WHERE s.id > $after AND coalesce(s.status, '') <> 'rejected'
WITH s ORDER BY s.id LIMIT $limit
CALL (s) {
  MATCH (s)-[m:HAS_TOPIC|MENTIONS]->(c:Concept)
  RETURN collect(c.id) AS held,
    collect(CASE WHEN $listed THEN coalesce(m.topics, []) END) AS listed
}
RETURN s.id AS id, held, listed ORDER BY id;
