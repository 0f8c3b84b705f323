// Questions that a judge has not been asked about
// In order of id behind $after; `method` keeps the questions of one method. Left out is what somebody
// else decided (a person, a parser, `dedup`), and what another verifier rejected.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param method => null
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain
  AND ($method IS NULL OR source.method = $method)
  AND source.status = coalesce(source.decided, 'pending')
  AND (source.status <> 'rejected' OR source.reason STARTS WITH 'judges: ')
  AND NOT EXISTS { (source)<-[:USED {position: 0}]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
