// Sets which knowledge points a topic covers, grouped by topic
// The lists of a row go together by position.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "stored": 0, "others": ["1123456789abcdef0123456789abcdef"], "documents": [2], "problems": [0], "listed": [1], "weights": [0.69]}]
UNWIND $rows AS row
MATCH (a:Concept {id: row.id})
UNWIND range(0, size(row.others) - 1) AS n
MATCH (b:Concept {id: row.others[n]})
MERGE (a)-[r:COVERS]->(b)
SET r.documentCount = row.documents[n], r.problemCount = row.problems[n], r.listed = row.listed[n],
  r.weight = row.weights[n];
