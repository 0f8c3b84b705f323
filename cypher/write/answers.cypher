// Answers with their call and the question they answer
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.call})
MATCH (q:Question {id: row.question})
MERGE (a:Answer {id: row.id})
ON CREATE SET a.createdAt = datetime(), a.status = row.status, a.reason = row.reason
SET a += row.properties
MERGE (a)-[:ANSWERS]->(q)
MERGE (a)-[:GENERATED_FROM {role: 'question'}]->(q)
MERGE (a)-[p:PRODUCED_BY]->(c)
SET p.item = row.item;
