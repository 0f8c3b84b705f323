// Claims sources for one process, so that two on one database never do the same work
// What `claimed` says is exact under concurrency: `Lease.id` is unique, and a claim that is said
// again after a lost connection is known by its own id.
// :param rows => []
// :param worker => ""
// :param claim => ""
UNWIND $rows AS row
MERGE (l:Lease {id: row.id})
ON CREATE SET l.worker = $worker, l.claim = $claim, l.createdAt = datetime()
RETURN row.source AS source, l.claim = $claim AS claimed, l.worker <> $worker AS elsewhere;
