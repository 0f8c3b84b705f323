// Processes that are done or gone, with every lease they held
// auto-commit
// :param ids => []
UNWIND $ids AS id
CALL (id) { MATCH (l:Lease {worker: id}) DELETE l }
WITH id
MATCH (w:Worker {id: id})
DELETE w;
