// Sets pairs of one kind (topic-topic, point-point), grouped by the lower id
// A pair is [id, documentCount, problemCount, listed, weight]; `listed` belongs to COVERS alone.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "pairs": [["1123456789abcdef0123456789abcdef", 2, 0, 0, 0.69]]}]
UNWIND $rows AS row
MATCH (a:Concept {id: row.id})
UNWIND row.pairs AS pair
MATCH (b:Concept {id: pair[0]})
MERGE (a)-[r:CO_OCCURS_WITH]->(b)
SET r.documentCount = pair[1], r.problemCount = pair[2], r.weight = pair[4];
