// A person's decision on one item; later runs respect it
// :param rows => []
UNWIND $rows AS row
CALL (row) {
  MATCH (n:Question {id: row.target}) RETURN n
  UNION ALL MATCH (n:Answer {id: row.target}) RETURN n
  UNION ALL MATCH (n:Document {id: row.target}) RETURN n
  UNION ALL MATCH (n:Problem {id: row.target}) RETURN n
  UNION ALL MATCH (n:Passage {id: row.target}) RETURN n
  UNION ALL MATCH (n:Explanation {id: row.target}) RETURN n
  UNION ALL MATCH (n:Example {id: row.target}) RETURN n
  UNION ALL MATCH (n:Concept {id: row.target}) RETURN n
}
SET n.status = row.status, n.reason = row.reason
MERGE (v:Verdict {id: row.id})
ON CREATE SET v.createdAt = datetime()
SET v.verifier = 'person', v.passed = row.passed, v.label = row.status, v.reason = row.reason
MERGE (v)-[:JUDGES]->(n);
