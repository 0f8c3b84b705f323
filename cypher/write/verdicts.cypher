// Verdicts on items, with their call where a model gave them; the status of each item follows
// `decided` on an item is what verdicts last made of it: where its status is another, somebody else
// decided (a person in Browser, a parser, dedup), and it stays. A person's verdict stands, too. A sample
// that was outvoted (`votes` is 0) is open to a verdict that decides.
// :param rows => []
CALL () {
  UNWIND $rows AS row
  CALL (row) {
    MATCH (n:Question {id: row.target}) RETURN n
    UNION ALL MATCH (n:Answer {id: row.target}) RETURN n
    UNION ALL MATCH (n:Passage {id: row.target}) RETURN n
    UNION ALL MATCH (n:Explanation {id: row.target}) RETURN n
    UNION ALL MATCH (n:Document {id: row.target}) RETURN n
    UNION ALL MATCH (n:Problem {id: row.target}) RETURN n
    UNION ALL MATCH (n:Concept {id: row.target}) RETURN n
  }
  MERGE (v:Verdict {id: row.id})
  ON CREATE SET v.createdAt = datetime()
  SET v += row.properties
  MERGE (v)-[:JUDGES]->(n)
  WITH v, row
  MATCH (c:Call {id: row.call})
  MERGE (v)-[r:PRODUCED_BY]->(c)
  SET r.item = row.item
}
WITH 1 AS once
UNWIND $rows AS row
WITH DISTINCT row.target AS target
CALL (target) {
  MATCH (n:Question {id: target}) RETURN n
  UNION ALL MATCH (n:Answer {id: target}) RETURN n
  UNION ALL MATCH (n:Passage {id: target}) RETURN n
  UNION ALL MATCH (n:Explanation {id: target}) RETURN n
  UNION ALL MATCH (n:Document {id: target}) RETURN n
  UNION ALL MATCH (n:Problem {id: target}) RETURN n
  UNION ALL MATCH (n:Concept {id: target}) RETURN n
}
WITH n, COLLECT {
  MATCH (n)<-[:JUDGES]-(v:Verdict) WHERE v.passed IS NOT NULL
  RETURN v {.verifier, .label, .passed} ORDER BY v.verifier, v.id
} AS said
WHERE (coalesce(n.status, 'pending') = coalesce(n.decided, 'pending')
    OR (n.votes = 0 AND n.decided IS NULL AND said <> []))
  AND none(v IN said WHERE v.verifier = 'person')
WITH n, said, head([v IN said WHERE NOT v.passed]) AS failed
SET n.status = CASE
    WHEN failed IS NOT NULL THEN 'rejected' WHEN said = [] THEN 'pending' ELSE 'accepted' END,
  n.reason = failed.verifier + ': ' + failed.label
SET n.decided = n.status;
