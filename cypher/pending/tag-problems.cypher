// Problems to tag
// Not tagged by hand and not yet asked about in this task, in order of id behind $after.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:Problem)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND NOT EXISTS { (source)-[:HAS_TOPIC|MENTIONS {origin: 'given'}]->() }
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
