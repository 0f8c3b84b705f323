// Classes of concepts that mean the same, which this task was not asked for a name of
// The source of a class is the concept that the others are merged into. A class counts as asked
// about when one call was shown all that belong to it, and nothing else.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:Concept)
WHERE source.id > $after AND source.domain = $domain AND source.scheme IS NULL
  AND EXISTS { (source)<-[m:MERGED_INTO]-() WHERE m.decidedBy IN ['embedding', 'model'] }
  AND NOT EXISTS { (source)-[:MERGED_INTO]->() }
  AND true // where
WITH source, COLLECT { MATCH (source)<-[:MERGED_INTO*0..]-(c:Concept) RETURN DISTINCT c } AS members
WHERE NOT EXISTS {
  MATCH (source)<-[:USED]-(call:Call {task: $task})
  WHERE COUNT { (call)-[:USED]->() } = size(members)
    AND all(c IN members WHERE EXISTS { (call)-[:USED]->(c) })
}
RETURN source.id AS id
ORDER BY id LIMIT $limit;
