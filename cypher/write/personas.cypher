// Personas, in whose voice questions are asked
// :param rows => []
UNWIND $rows AS row
MERGE (p:Persona {id: row.id})
ON CREATE SET p.createdAt = datetime()
SET p.text = row.text, p.source = row.source;
