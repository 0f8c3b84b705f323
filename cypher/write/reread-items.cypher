// Items that read otherwise than before: their status, and what was built on the former text
// Answers to a question that changed are rejected with the reason, their calls set aside, so that
// the question is asked again. A verdict that is not there any more has no score.
// :param rows => []
// :param reason => ""
UNWIND $rows AS row
CALL (row) {
  MATCH (n:Question {id: row.id}) RETURN n
  UNION ALL MATCH (n:Answer {id: row.id}) RETURN n
  UNION ALL MATCH (n:Passage {id: row.id}) RETURN n
  UNION ALL MATCH (n:Verdict {id: row.id}) RETURN n
}
SET n.status = row.status, n.reason = row.reason,
  n.votes = CASE WHEN row.changed THEN null ELSE n.votes END,
  n.score = CASE WHEN row.status = 'rejected' THEN null ELSE n.score END
WITH n, row
WHERE row.changed
REMOVE n.distinctAt, n.copyOf, n.copyText, n.similarity
WITH n
MATCH (n)<-[:USED]-(c:Call)
SET c.retired = coalesce(c.task, c.retired)
REMOVE c.task
WITH c
MATCH (x:Question|Answer)-[:PRODUCED_BY]->(c)
SET x.status = 'rejected', x.reason = $reason;
