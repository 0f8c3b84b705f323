// Pairs of concepts with similar embeddings: the same, or to be asked about
// A row is a concept with the others of higher id, each [id, similarity]; `between` are those that a
// model is asked about: apart until it says that they mean the same.
// :param rows => []
// :param same => 0.9
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
CALL (c, row) {
  UNWIND row.same AS pair
  MATCH (other:Concept {id: pair[0]})
  MERGE (c)-[s:SAME_AS {decidedBy: 'embedding'}]->(other)
  ON CREATE SET s.createdAt = datetime()
  SET s.similarity = pair[1], s.reason = 'similarity of at least ' + toString($same)
}
CALL (c, row) {
  UNWIND row.between AS pair
  MATCH (other:Concept {id: pair[0]})
  MERGE (c)-[d:DISTINCT_FROM {decidedBy: 'embedding'}]->(other)
  ON CREATE SET d.createdAt = datetime()
  SET d.similarity = pair[1], d.reason = 'not asked yet'
};
