// Questions with what the judge said last of each candidate answer, and what was decided
// In order of id behind $after; an answer is [id, score, label of the decision], packed. Questions of
// which a person judged an answer are left out.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param method => null
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain
  AND ($method IS NULL OR source.method = $method)
  AND EXISTS { (source)<-[:ANSWERS]-(:Answer)<-[:JUDGES]-(:Verdict {verifier: 'judge'}) }
  AND NOT EXISTS { (source)<-[:ANSWERS]-(:Answer)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
  AND true // where
WITH source ORDER BY source.id LIMIT $limit
RETURN source.id AS id, COLLECT {
  MATCH (source)<-[:ANSWERS]-(a:Answer)
  WHERE (a.status = coalesce(a.decided, 'pending')
      AND (a.status <> 'rejected' OR a.reason STARTS WITH 'judge: '))
    OR (a.votes = 0 AND a.decided IS NULL)
  WITH a, COLLECT {
    MATCH (a)<-[:JUDGES]-(v:Verdict {verifier: 'judge'}) RETURN v ORDER BY v.createdAt DESC, v.id
  } AS verdicts
  WITH a,
    head([v IN verdicts WHERE v.passed IS NULL AND v.score IS NOT NULL | v.score]) AS score,
    head([v IN verdicts WHERE v.passed IS NOT NULL | v.label]) AS decided
  WHERE score IS NOT NULL
  RETURN [a.id, score, decided] ORDER BY a.id
} AS answers
ORDER BY id;
