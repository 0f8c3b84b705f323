// Sets the community of concepts; null takes it away
// :param rows => []
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
SET c.community = row.community;
