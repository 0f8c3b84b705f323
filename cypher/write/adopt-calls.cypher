// Calls of a task that an earlier run paid for belong to this run too
// auto-commit
// :param task => ""
// :param run => ""
MATCH (r:Run {id: $run})
MATCH (c:Call {task: $task})
WHERE NOT EXISTS { (c)-[:PART_OF]->(r) }
CALL (c, r) { MERGE (c)-[:PART_OF]->(r) } IN TRANSACTIONS OF 10000 ROWS;
