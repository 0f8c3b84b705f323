// Questions that are near to one that stays, with what they were matched with
// Only while the one still stays, and while the other is still as in dedup/size: what somebody else
// decided meanwhile is not overruled. Being matched with settles the one that stays.
// :param rows => []
// :param threshold => 0.7
UNWIND $rows AS row
MATCH (q:Question {id: row.id})
CALL (row) {
  MATCH (k:Question {id: row.of})
  SET k.distinctAt = CASE WHEN k.distinctAt < $threshold THEN k.distinctAt ELSE $threshold END
  RETURN k
  UNION ALL MATCH (k:Problem {id: row.of}) RETURN k
}
WITH q, k, row
WHERE k.status <> 'rejected' AND (
  q.status = 'rejected' AND q.copyOf = k.id AND q.reason = row.reason
  OR q.status <> 'rejected' AND q.status <> 'accepted' AND q.copyOf IS NULL
    AND (q.distinctAt IS NULL OR q.distinctAt > $threshold)
    AND NOT EXISTS { (q)<-[:ANSWERS]-(a:Answer) WHERE a.status <> 'rejected' }
    AND NOT EXISTS { (q)<-[:HAS_PART]-(:Example) }
)
SET q.status = 'rejected', q.reason = row.reason, q.copyOf = k.id, q.copyText = k.text,
  q.similarity = row.similarity
RETURN count(q) AS questions;
