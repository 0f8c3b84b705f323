// Calls whose reply an older parser read, with what came of them
// In order of id behind $after; `everything` takes those of the present parser too. Of several calls
// that tagged one source, only the last one counts. Samples that were outvoted and lost their text
// are left out.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param step => null
// :param method => null
// :param versions => {}
// :param everything => false
MATCH (call:Call)-[u:USED]->(source)
WHERE call.id > $after AND u.position = 0
  AND $domain = coalesce(source.domain, head([(source)-[:ANSWERS]->(q:Question) | q.domain]))
  AND call.finishReason <> 'error'
  AND ($step IS NULL OR call.step = $step) AND ($method IS NULL OR call.method = $method)
  AND ($everything OR coalesce(call.parserVersion <> $versions[call.parser], true))
  AND NOT EXISTS { (call)<-[:PRODUCED_BY]-(a:Answer {status: 'rejected'}) WHERE a.text IS NULL }
  AND (call.step <> 'tag' OR NOT EXISTS {
    (source)<-[:USED]-(later:Call {step: 'tag'}) WHERE later.createdAt > call.createdAt
  })
  AND true // where
WITH call, source ORDER BY call.id LIMIT $limit
RETURN call.id AS id, call.step AS step, call.method AS method, call.status AS status,
  source.id AS source, coalesce(call.ordinal, 0) AS ordinal, coalesce(call.seed, 0) AS seed,
  COLLECT {
    MATCH (item:Question|Answer|Passage|Verdict)-[:PRODUCED_BY]->(call)
    RETURN {id: item.id, text: item.text, final: item.final, criterion: item.criterion,
            label: item.label, score: item.score, reason: item.reason}
  } AS items,
  COLLECT {
    MATCH (x:Rejected)-[:PRODUCED_BY]->(call) RETURN x.reason
  } AS reasons,
  CASE WHEN call.step = 'tag' THEN {
    level: source.level, subject: source.subject,
    tags: COLLECT {
      MATCH (source)-[r:HAS_TOPIC|MENTIONS {origin: 'generated'}]->(c:Concept)
      RETURN [c.id, r.names, r.topics]
    }
  } END AS tags;
