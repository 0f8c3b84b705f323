// Solutions that came with problems
// The first SET takes the lock; of several spellings of one solution the lowest is shown.
// :param rows => []
UNWIND $rows AS row
MATCH (p:Problem {id: row.problem})
MERGE (a:Answer {id: row.id})
ON CREATE SET a.createdAt = datetime(), a.status = 'pending'
SET a.origin = 'given'
SET a.text = CASE WHEN a.text < row.text THEN a.text ELSE row.text END,
  a.final = CASE WHEN a.final < row.final OR row.final IS NULL THEN a.final ELSE row.final END
MERGE (a)-[:ANSWERS]->(p);
