// What a model said of pairs of concepts, in place of what it or the embedding said before
// A row is the two ids, same or not, why, and how similar they are.
// :param rows => []
UNWIND $rows AS row
MATCH (c:Concept {id: row.source})
MATCH (other:Concept {id: row.other})
WITH row, c, other, COLLECT {
  MATCH (c)-[d:SAME_AS|DISTINCT_FROM]->(other) WHERE d.decidedBy IN ['embedding', 'model'] RETURN d
} AS before
FOREACH (d IN before | DELETE d)
FOREACH (_ IN CASE WHEN row.same THEN [1] ELSE [] END |
  CREATE (c)-[:SAME_AS {
    decidedBy: 'model', similarity: row.similarity, reason: row.reason, createdAt: datetime()
  }]->(other)
)
FOREACH (_ IN CASE WHEN row.same THEN [] ELSE [1] END |
  CREATE (c)-[:DISTINCT_FROM {
    decidedBy: 'model', similarity: row.similarity, reason: row.reason, createdAt: datetime()
  }]->(other)
);
