// Questions without an answer from this task
// Rejected questions and those whose answer is a given text are left out.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND NOT EXISTS { (source)<-[:ANSWERS]-(:Document|Passage) }
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
