// How many questions are rated how difficult
// :param domain => "mathematics"
// :param method => null
MATCH (q:Question)
WHERE q.domain = $domain AND q.difficulty IS NOT NULL AND ($method IS NULL OR q.method = $method)
RETURN q.difficulty AS difficulty, count(q) AS number
ORDER BY difficulty;
