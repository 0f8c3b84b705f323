// Creates pairs between the concepts of `rows`: `alike` of one kind, `covers` of a topic and a point
// Lists go together by position; `left` and `right` are places in `rows`. Where not just `stored` pairs
// start at a concept already, another writer came first and nothing is created: setting `degree`
// keeps others away until the end.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "stored": 0}, {"id": "1123456789abcdef0123456789abcdef", "stored": 0}]
// :param alike => {"left": [0], "right": [1], "documents": [2], "problems": [0], "weights": [0.69]}
// :param covers => {"left": [], "right": [], "documents": [], "problems": [], "weights": [], "listed": []}
CALL () {
  UNWIND range(0, size($rows) - 1) AS place
  MATCH (c:Concept {id: $rows[place].id})
  SET c.degree = coalesce(c.degree, 0)
  WITH place, c, COUNT { (c)-[:CO_OCCURS_WITH|COVERS]->() } = $rows[place].stored AS alone
  ORDER BY place
  RETURN collect(c) AS concepts, collect(alone) AS alone
}
WITH concepts WHERE size(concepts) = size($rows) AND NOT false IN alone
CALL (concepts) {
  UNWIND range(0, size($alike.left) - 1) AS n
  WITH n, concepts[$alike.left[n]] AS a, concepts[$alike.right[n]] AS b
  CREATE (a)-[:CO_OCCURS_WITH {
    documentCount: $alike.documents[n], problemCount: $alike.problems[n],
    weight: $alike.weights[n]
  }]->(b)
}
CALL (concepts) {
  UNWIND range(0, size($covers.left) - 1) AS n
  WITH n, concepts[$covers.left[n]] AS a, concepts[$covers.right[n]] AS b
  CREATE (a)-[:COVERS {
    documentCount: $covers.documents[n], problemCount: $covers.problems[n],
    weight: $covers.weights[n], listed: $covers.listed[n]
  }]->(b)
};
