// Gives leases back, in the transaction that writes what was done under them
// :param rows => []
UNWIND $rows AS row
MATCH (l:Lease {id: row.id})
DELETE l;
