// Answers that could not be used, with the reason
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.call})
MERGE (x:Rejected {id: row.id})
ON CREATE SET x.createdAt = datetime()
SET x.raw = row.raw, x.reason = row.reason, x.step = row.step, x.method = row.method
MERGE (x)-[:PRODUCED_BY]->(c);
