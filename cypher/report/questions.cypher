// How many questions there are
// :param domain => "mathematics"
// :param run => null
MATCH (q:Question)
WHERE q.domain = $domain
  AND ($run IS NULL OR EXISTS { (q)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run {id: $run}) })
RETURN count(q) AS questions;
