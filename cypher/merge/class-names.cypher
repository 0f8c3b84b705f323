// Names of classes of concepts, as verdicts on all that belong to them, with their call
// :param rows => []
UNWIND $rows AS row
MATCH (call:Call {id: row.call})
MERGE (v:Verdict {id: row.id})
ON CREATE SET v.createdAt = datetime()
SET v += row.properties
MERGE (v)-[:PRODUCED_BY]->(call)
WITH v, row
UNWIND row.members AS id
MATCH (c:Concept {id: id})
MERGE (v)-[:JUDGES]->(c);
