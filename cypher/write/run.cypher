// Opens a run; the same command continues it
// :param rows => []
UNWIND $rows AS row
MERGE (r:Run {id: row.id})
ON CREATE SET r.createdAt = datetime(), r.startedAt = datetime()
SET r += row.properties, r.finishedAt = null;
