// What becomes of questions at an export: how many go out (no reason), and why the others do not
// :param domain => "mathematics"
// :param run => null
// :param method => null
// :param statuses => ["pending", "accepted"]
MATCH (source:Question)
WHERE source.domain = $domain AND ($method IS NULL OR source.method = $method)
  AND ($run IS NULL OR EXISTS { (source)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run {id: $run}) })
  AND true // where
CALL (source) {
  OPTIONAL MATCH (a:Answer)-[:ANSWERS]->(source)
  WHERE $run IS NULL OR a.origin = 'given'
    OR EXISTS { (a)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run {id: $run}) }
  WITH CASE
    WHEN a IS NULL THEN 'no answer yet'
    WHEN a.status = 'rejected' THEN 'answer rejected: ' + coalesce(a.reason, 'no reason given')
    WHEN a.samples IS NOT NULL AND a.votes IS NULL THEN 'answers wait for their vote'
    WHEN NOT a.status IN $statuses THEN 'answer is ' + a.status
    WHEN EXISTS { (a)<-[:HAS_PART]-(:Example {status: 'rejected'})-[:HAS_PART]->(source) }
      THEN 'record rejected'
  END AS why
  RETURN CASE
    WHEN source.status = 'rejected'
      THEN 'question rejected: ' + coalesce(source.reason, 'no reason given')
    WHEN NOT source.status IN $statuses THEN 'question is ' + source.status
    WHEN count(*) > count(why) THEN null
    ELSE min(why)
  END AS reason
}
RETURN reason, count(*) AS questions
ORDER BY questions DESC, reason;
