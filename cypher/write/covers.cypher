// Sets which knowledge points a topic covers, grouped by topic
// A pair is [id, documentCount, problemCount, listed, weight].
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "pairs": [["1123456789abcdef0123456789abcdef", 2, 0, 1, 0.69]]}]
UNWIND $rows AS row
MATCH (a:Concept {id: row.id})
UNWIND row.pairs AS pair
MATCH (b:Concept {id: pair[0]})
MERGE (a)-[r:COVERS]->(b)
SET r.documentCount = pair[1], r.problemCount = pair[2], r.listed = pair[3], r.weight = pair[4];
