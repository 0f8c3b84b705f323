// Marks runs as finished
// :param rows => []
UNWIND $rows AS row
MATCH (r:Run {id: row.id})
SET r.finishedAt = datetime();
