// Training records that were exported, with their parts in order
// :param rows => []
UNWIND $rows AS row
MATCH (q:Question {id: row.question})
MATCH (a:Answer {id: row.answer})
MERGE (e:Example {id: row.id})
ON CREATE SET e.createdAt = datetime(), e.status = 'pending'
SET e.form = 'qa', e.tokens = row.tokens
MERGE (e)-[x:HAS_PART]->(q)
SET x.position = 0, x.role = 'question'
MERGE (e)-[y:HAS_PART]->(a)
SET y.position = 1, y.role = 'answer';
