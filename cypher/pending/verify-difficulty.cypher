// Questions whose difficulty this task has not been asked about
// In order of id behind $after; `method` keeps the questions of one method.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param method => null
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND ($method IS NULL OR source.method = $method)
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
