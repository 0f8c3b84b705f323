// Writes the documents that ground a concept set, the best first
// A set that has documents keeps them: setting a property, to what it is, keeps other writers of the
// set away until the end. In order of `groundKey` (the best document, then the set) those of one
// document stand together.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "documents": ["1123456789abcdef0123456789abcdef"], "jaccards": [0.2]}]
UNWIND $rows AS row
MATCH (s:ConceptSet {id: row.id})
SET s.strategy = s.strategy
WITH s, row WHERE NOT EXISTS { (s)-[:GROUNDED_IN]->() }
SET s.groundKey = row.documents[0] + row.id
WITH s, row
UNWIND range(0, size(row.documents) - 1) AS n
MATCH (d:Document {id: row.documents[n]})
CREATE (s)-[:GROUNDED_IN {jaccard: row.jaccards[n], rank: n + 1}]->(d);
