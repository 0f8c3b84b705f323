// What judges said of answers, and what was decided; in order of id behind $after
// `source` is the question. A vote is [judge, model, score], packed, the last one behind. Answers that
// one of the tasks asked about in vain are among them.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param method => null
// :param tasks => []
MATCH (answer:Answer)-[:ANSWERS]->(source:Question)
USING INDEX answer:Answer(id)
WHERE answer.id > $after AND source.domain = $domain
  AND ($method IS NULL OR source.method = $method)
  AND true // where
WITH answer, COLLECT {
  MATCH (answer)<-[:JUDGES]-(v:Verdict {verifier: 'judges', criterion: 'solution'})
  RETURN v ORDER BY v.createdAt, v.id
} AS verdicts
WHERE size(verdicts) > 0
  OR EXISTS { (answer)<-[:USED {position: 0}]-(c:Call) WHERE c.task IN $tasks }
WITH answer, verdicts ORDER BY answer.id LIMIT $limit
RETURN answer.id AS id,
  [v IN verdicts WHERE v.judge IS NOT NULL AND v.score IS NOT NULL | [v.judge, v.model, v.score]]
    AS votes,
  head([v IN verdicts WHERE v.judge IS NULL | v {.score, .label, .passed, .reason}]) AS decided
ORDER BY id;
