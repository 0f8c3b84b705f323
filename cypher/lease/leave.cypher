// Processes that are done or gone, with every lease they held, and leases of nobody
// auto-commit
// :param ids => []
CALL () {
  UNWIND $ids AS id
  MATCH (w:Worker {id: id})
  DELETE w
  RETURN count(*) AS gone
}
WITH gone
MATCH (l:Lease)
WHERE NOT EXISTS { MATCH (:Worker {id: l.worker}) }
DELETE l;
