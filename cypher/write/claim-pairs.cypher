// Claims the creation of pairs, a share of them a row: whoever claimed before creates none any more
// Waits for what is being created under the claim before.
// :param rows => [{"id": "new pairs 0", "claim": "0123456789abcdef0123456789abcdef 0"}]
UNWIND $rows AS row
MERGE (g:ConceptGraph {id: row.id})
ON CREATE SET g.createdAt = datetime()
SET g.claim = row.claim;
