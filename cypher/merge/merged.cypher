// Merges concepts: by rule, by their embeddings, by what a model said
// A row is id, the id merged into, by whom and why; similarity and a missing reason are those of the
// decision on the two.
// :param rows => []
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
MATCH (into:Concept {id: row.into})
MERGE (c)-[m:MERGED_INTO {decidedBy: row.by}]->(into)
ON CREATE SET m.createdAt = datetime()
WITH row, m, head(COLLECT {
  MATCH (c)-[d:SAME_AS {decidedBy: row.by}]-(into) RETURN d
}) AS decision
SET m.reason = coalesce(row.reason, decision.reason), m.similarity = decision.similarity;
