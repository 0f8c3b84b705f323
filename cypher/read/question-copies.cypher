// Earlier questions with these text keys that were not rejected, lowest id first
// :param keys => []
UNWIND $keys AS key
MATCH (q:Question {textKey: key})
WHERE q.status <> 'rejected'
WITH key, q ORDER BY q.id
WITH key, head(collect(q)) AS first
RETURN key, first.id AS id, first.text AS text;
