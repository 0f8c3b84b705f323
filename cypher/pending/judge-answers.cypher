// Questions with an answer that the judge has not been shown
// In order of id behind $after; `method` keeps the questions of one method. Outvoted samples that kept
// their text take part; questions of which a person judged an answer are left out.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param method => null
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND ($method IS NULL OR source.method = $method)
  AND EXISTS {
    (source)<-[:ANSWERS]-(a:Answer)
    WHERE a.text IS NOT NULL AND (a.samples IS NULL OR a.votes IS NOT NULL)
      AND ((a.status = coalesce(a.decided, 'pending')
          AND (a.status <> 'rejected' OR a.reason STARTS WITH 'judge: '))
        OR (a.votes = 0 AND a.decided IS NULL))
      AND NOT EXISTS { (a)<-[:USED]-(:Call {task: $task}) }
  }
  AND NOT EXISTS { (source)<-[:ANSWERS]-(:Answer)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
