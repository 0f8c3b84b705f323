// Questions that are near to none that stays: later ones are measured by them
// :param rows => []
// :param threshold => 0.7
UNWIND $rows AS row
MATCH (q:Question {id: row.id})
WHERE q.status <> 'rejected'
SET q.distinctAt = CASE WHEN q.distinctAt < $threshold THEN q.distinctAt ELSE $threshold END;
