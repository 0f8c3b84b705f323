// Earlier questions with these text keys that were not rejected, lowest id first
// :param keys => []
UNWIND $keys AS key
MATCH (q:Question {textKey: key})
WHERE q.status <> 'rejected'
RETURN key, min(q.id) AS id;
