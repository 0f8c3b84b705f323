// How many questions there are
// :param domain => "mathematics"
// :param run => null
// :param method => null
MATCH (q:Question)
WHERE q.domain = $domain AND ($method IS NULL OR q.method = $method)
  AND ($run IS NULL OR EXISTS { (q)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run {id: $run}) })
RETURN count(q) AS questions;
