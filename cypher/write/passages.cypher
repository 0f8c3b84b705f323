// Passages with their call and the passage or document they were written from
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.call})
MERGE (p:Passage {id: row.id})
ON CREATE SET p.createdAt = datetime(), p.status = row.status, p.reason = row.reason
SET p += row.properties
MERGE (p)-[r:PRODUCED_BY]->(c)
SET r.item = row.item
WITH p, row
CALL (row) {
  MATCH (s:Passage {id: row.source}) RETURN s
  UNION ALL MATCH (s:Document {id: row.source}) RETURN s
}
MERGE (p)-[:GENERATED_FROM]->(s);
