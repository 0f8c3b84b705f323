// Documents drawn for rating that this task has not been asked about
// In order of id behind $after.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:Document)
WHERE source.id > $after AND source.domain = $domain AND source.round IS NOT NULL
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
