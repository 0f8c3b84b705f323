// Questions without an answer from this task: a row a call that is missing
// Rejected questions and those whose answer is a given text are left out. `samples` answers are
// wanted of each; `method` keeps the questions of one method, `difficulties` those rated so ('' is
// not rated).
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param samples => 1
// :param method => null
// :param difficulties => null
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND ($method IS NULL OR source.method = $method)
  AND ($difficulties IS NULL OR coalesce(source.difficulty, '') IN $difficulties)
  AND NOT EXISTS { (source)<-[:ANSWERS]-(:Document|Passage) }
  AND true // where
WITH source, COLLECT {
  MATCH (source)<-[:USED]-(c:Call {task: $task}) RETURN coalesce(c.ordinal, 0)
} AS asked
UNWIND [ordinal IN range(0, $samples - 1) WHERE NOT ordinal IN asked] AS ordinal
RETURN source.id AS id, ordinal
ORDER BY id, ordinal LIMIT $limit;
