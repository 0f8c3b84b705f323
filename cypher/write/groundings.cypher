// Writes the documents that ground a concept set
// A document is [id, jaccard, rank].
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "documents": [["1123456789abcdef0123456789abcdef", 0.2, 1]]}]
UNWIND $rows AS row
MATCH (s:ConceptSet {id: row.id})
UNWIND row.documents AS document
MATCH (d:Document {id: document[0]})
MERGE (s)-[r:GROUNDED_IN]->(d)
SET r.jaccard = document[1], r.rank = document[2];
