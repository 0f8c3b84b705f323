// Writes sampled concept sets
// `concepts` are a set's concepts in order, `previous` the position that each was stepped from or
// null; `query` is the text of a person's own query. A set is written whole: one that is there has its concepts.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "epoch": 0, "ordinal": 0, "domain": "mathematics", "concepts": ["1123456789abcdef0123456789abcdef"], "previous": [null]}]
// :param strategy => "walk"
// :param seed => 0
UNWIND $rows AS row
MERGE (s:ConceptSet {id: row.id})
ON CREATE SET s.strategy = $strategy, s.seed = $seed, s.epoch = row.epoch,
  s.ordinal = row.ordinal, s.domain = row.domain, s.query = row.query, s.createdAt = datetime()
WITH s, row WHERE NOT EXISTS { (s)-[:SAMPLED]->() }
UNWIND range(0, size(row.concepts) - 1) AS position
MATCH (c:Concept {id: row.concepts[position]})
CREATE (s)-[:SAMPLED {position: position, previous: row.previous[position]}]->(c);
