// Names and aliases of concepts
// :param rows => []
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
SET c.name = row.name, c.aliases = row.aliases;
