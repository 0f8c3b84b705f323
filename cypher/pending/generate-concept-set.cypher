// Grounded concept sets that a question method has not been asked about
// In order of id behind $after. One call each: another question on other concepts is another set.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:ConceptSet)
WHERE source.id > $after AND source.domain = $domain
  AND EXISTS { (source)-[:GROUNDED_IN]->(:Document) }
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
