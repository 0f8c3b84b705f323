// Writes sampled concept sets
// A member is [concept id, position, position it was stepped from or null].
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "epoch": 0, "ordinal": 0, "domain": "mathematics", "members": [["1123456789abcdef0123456789abcdef", 0, null]]}]
// :param strategy => "walk"
// :param seed => 0
UNWIND $rows AS row
MERGE (s:ConceptSet {id: row.id})
ON CREATE SET s.strategy = $strategy, s.seed = $seed, s.epoch = row.epoch,
  s.ordinal = row.ordinal, s.domain = row.domain, s.createdAt = datetime()
WITH s, row
UNWIND row.members AS member
MATCH (c:Concept {id: member[0]})
MERGE (s)-[r:SAMPLED {position: member[1]}]->(c)
SET r.previous = member[2];
