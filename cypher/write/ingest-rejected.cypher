// Input that could not be used, with its place and the reason
// :param rows => []
UNWIND $rows AS row
MERGE (x:Rejected {id: row.id})
ON CREATE SET x.createdAt = datetime()
SET x += row.properties;
