// What a vote decided on answers: the winner with its votes, the others outvoted
// A text of null leaves the text as it is; `bare` takes it away.
// :param rows => []
UNWIND $rows AS row
MATCH (a:Answer {id: row.id})
SET a.status = row.status, a.reason = row.reason, a.votes = row.votes, a.agreement = row.agreement,
  a.text = CASE WHEN row.bare THEN null ELSE coalesce(row.text, a.text) END;
