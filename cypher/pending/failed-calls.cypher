// Calls of which nothing could be kept, with what they were asked about and why they failed
// In a predicate of your own, `call`, `source` and `reasons` (a list) are at hand.
// :param domain => "mathematics"
// :param step => null
// :param method => null
// :param reason => null
MATCH (call:Call {status: 'rejected'})-[u:USED]->(source)
WHERE u.position = 0
  AND $domain = coalesce(source.domain, head([(source)-[:ANSWERS]->(q:Question) | q.domain]))
  AND (call.retired IS NULL OR NOT EXISTS {
    (source)<-[:USED {position: 0}]-(again:Call {task: call.retired})
    WHERE coalesce(again.ordinal, 0) = coalesce(call.ordinal, 0)
  })
  AND ($step IS NULL OR call.step = $step) AND ($method IS NULL OR call.method = $method)
WITH call, source, COLLECT {
  MATCH (x)-[:PRODUCED_BY]->(call) WHERE x.reason IS NOT NULL RETURN DISTINCT x.reason
} AS reasons
WHERE ($reason IS NULL OR $reason IN reasons)
  AND true // where
RETURN call.id AS call, source.id AS source, coalesce(call.ordinal, 0) AS ordinal,
  coalesce(call.task, call.retired) AS task, call.step AS step,
  call.method AS method, coalesce(call.seed, 0) AS seed, reasons
ORDER BY step, method, seed, source, call;
