// Knowledge points of sources whose quality this task has not been asked about
// Those of a fixed taxonomy and those that a person decided on are left out. In order of id behind
// $after.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:KnowledgePoint)
WHERE source.id > $after AND source.domain = $domain AND source.scheme IS NULL
  AND EXISTS { (source)<-[:MENTIONS]-() }
  AND coalesce(source.status, 'pending') = coalesce(source.decided, 'pending')
  AND NOT EXISTS { (source)<-[:USED {position: 0}]-(:Call {task: $task}) }
  AND NOT EXISTS { (source)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
