// Deletes pairs that no document and no problem holds any more, grouped by where they start
// A pair is [id, relationship type].
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "pairs": [["1123456789abcdef0123456789abcdef", "COVERS"]]}]
UNWIND $rows AS row
MATCH (a:Concept {id: row.id})
UNWIND row.pairs AS pair
MATCH (a)-[r:CO_OCCURS_WITH|COVERS]->(b:Concept {id: pair[0]}) WHERE type(r) = pair[1]
DELETE r;
