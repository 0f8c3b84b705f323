// Items with benchmark neighbours that this task has not been asked about, each in both orders
// In order of id behind $after; the ordinal is twice the neighbour's rank, and one more for the
// other order.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param set => ""
MATCH (v:Verdict {verifier: 'decontaminate', criterion: $set, label: 'neighbour'})
  -[:JUDGES]->(source:Question|Problem|Document|Passage)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND true // where
UNWIND [2 * v.sample, 2 * v.sample + 1] AS ordinal
WITH source, ordinal
WHERE NOT EXISTS { (source)<-[:USED]-(:Call {task: $task, ordinal: ordinal}) }
RETURN source.id AS id, ordinal
ORDER BY id, ordinal LIMIT $limit;
