// Takes back what embeddings said of pairs of concepts
// A row is a concept with the others of higher id: those that are no more the same, and those that
// are no more to be asked about.
// :param rows => []
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
CALL (c, row) {
  UNWIND row.same AS id
  MATCH (c)-[s:SAME_AS {decidedBy: 'embedding'}]->(:Concept {id: id})
  DELETE s
}
CALL (c, row) {
  UNWIND row.between AS id
  MATCH (c)-[d:DISTINCT_FROM {decidedBy: 'embedding'}]->(:Concept {id: id})
  DELETE d
};
