// What judges said of questions, and what was decided; in order of id behind $after
// A vote is [judge, model, score], packed, the last one behind. Questions that one of the tasks asked
// about in vain are among them.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param method => null
// :param tasks => []
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain
  AND ($method IS NULL OR source.method = $method)
  AND true // where
WITH source, COLLECT {
  MATCH (source)<-[:JUDGES]-(v:Verdict {verifier: 'judges', criterion: 'problem'})
  RETURN v ORDER BY v.createdAt, v.id
} AS verdicts
WHERE size(verdicts) > 0
  OR EXISTS { (source)<-[:USED {position: 0}]-(c:Call) WHERE c.task IN $tasks }
WITH source, verdicts ORDER BY source.id LIMIT $limit
RETURN source.id AS id,
  [v IN verdicts WHERE v.judge IS NOT NULL AND v.score IS NOT NULL | [v.judge, v.model, v.score]]
    AS votes,
  head([v IN verdicts WHERE v.judge IS NULL | v {.score, .label, .passed, .reason}]) AS decided
ORDER BY id;
