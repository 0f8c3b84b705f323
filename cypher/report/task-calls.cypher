// What the calls of a task took and gave, for a plan: one row a call, at most so many
// Items are those that were usable when they were written, whatever judges said of them later.
// :param task => ""
// :param limit => 1000
MATCH (c:Call {task: $task}) WHERE c.finishReason <> 'error'
WITH c ORDER BY c.id LIMIT $limit
RETURN c.inputTokens AS inputTokens, c.outputTokens AS outputTokens, c.seconds AS seconds,
  coalesce(c.items, COUNT {
    (c)<-[:PRODUCED_BY]-(n:Question|Answer) WHERE n.status <> 'rejected'
  }) AS items,
  COUNT {
    (c)<-[:PRODUCED_BY]-(n:Question {origin: 'original'}) WHERE n.status <> 'rejected'
  } AS originals;
