// Grounded concept sets that a question method has not been asked about
// In order of the best document, then of id: prompts that begin with one document are asked together,
// so that a server computes it once. One call each: another question on other concepts is another set.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:ConceptSet)
WHERE source.groundKey > $after AND source.domain = $domain
  AND EXISTS { (source)-[:GROUNDED_IN]->(:Document) }
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id, source.groundKey AS key
ORDER BY key LIMIT $limit;
