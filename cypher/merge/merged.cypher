// Merges concepts by rule
// A row is id, the id merged into, and in what the spellings differ.
// :param rows => []
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
MATCH (into:Concept {id: row.into})
MERGE (c)-[m:MERGED_INTO {decidedBy: 'rule'}]->(into)
ON CREATE SET m.createdAt = datetime()
SET m.reason = row.reason;
