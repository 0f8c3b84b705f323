// Concept sets of some strategies that a question method has not been asked about
// No document is needed: the concepts alone are shown. In order of id behind $after.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param strategies => ["one-hop", "two-hop", "three-hop", "community"]
MATCH (source:ConceptSet)
WHERE source.id > $after AND source.domain = $domain AND source.strategy IN $strategies
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
