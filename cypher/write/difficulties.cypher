// How hard a model finds questions: on the question, and as a verdict with its call
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.call})
MATCH (q:Question {id: row.target})
MERGE (v:Verdict {id: row.id})
ON CREATE SET v.createdAt = datetime()
SET v += row.properties, q.difficulty = row.properties.label
MERGE (v)-[:JUDGES]->(q)
MERGE (v)-[r:PRODUCED_BY]->(c)
SET r.item = row.item;
