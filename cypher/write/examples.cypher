// Training records that a dataset holds, with their parts in order and their split
// `split` on CONTAINS is the one in that dataset, on the Example the one of its last export.
// :param rows => []
// :param dataset => ""
MATCH (s:Dataset {id: $dataset})
UNWIND $rows AS row
MATCH (q:Question {id: row.question})
MATCH (a:Answer {id: row.answer})
MERGE (e:Example {id: row.id})
ON CREATE SET e.createdAt = datetime(), e.status = 'pending'
SET e.form = 'qa', e.tokens = row.tokens, e.split = coalesce(row.split, e.split)
MERGE (e)-[x:HAS_PART]->(q)
SET x.position = 0, x.role = 'question'
MERGE (e)-[y:HAS_PART]->(a)
SET y.position = 1, y.role = 'answer'
MERGE (s)-[z:CONTAINS]->(e)
SET z.split = row.split;
