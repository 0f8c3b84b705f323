// Gives claims on the creation of pairs back, unless another process has claimed since
// :param rows => [{"id": "new pairs 0", "claim": "0123456789abcdef0123456789abcdef 0"}]
UNWIND $rows AS row
MATCH (g:ConceptGraph {id: row.id})
WHERE g.claim = row.claim
REMOVE g.claim;
