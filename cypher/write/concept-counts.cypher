// Sets how many documents and problems hold a concept, and how many of its kind it meets
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "documentCount": 2, "problemCount": 0, "degree": 1}]
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
SET c.documentCount = row.documentCount, c.problemCount = row.problemCount, c.degree = row.degree;
