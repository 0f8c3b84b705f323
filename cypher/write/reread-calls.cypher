// Calls whose reply was read anew: the new verdict on each, the old refusals go
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.id})
SET c.status = row.status, c.items = row.items, c.parserVersion = row.parserVersion
WITH c
MATCH (x:Rejected)-[:PRODUCED_BY]->(c)
DETACH DELETE x;
