// A version that was exported
// :param rows => []
UNWIND $rows AS row
MERGE (s:Dataset {id: row.id})
ON CREATE SET s.createdAt = datetime()
SET s += row.properties;
