// Sets calls aside: they keep their cost and lineage, and their source may be asked about again
// :param rows => []
UNWIND $rows AS row
MATCH (c:Call {id: row.id})
WHERE c.task IS NOT NULL
SET c.retired = c.task
REMOVE c.task;
