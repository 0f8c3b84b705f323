// A model's ratings of documents: a verdict for each criterion, with its call
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.call})
MATCH (d:Document {id: row.target})
MERGE (v:Verdict {id: row.id})
ON CREATE SET v.createdAt = datetime()
SET v += row.properties
MERGE (v)-[:JUDGES]->(d)
MERGE (v)-[r:PRODUCED_BY]->(c)
SET r.item = row.item;
