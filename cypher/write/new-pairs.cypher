// Creates pairs between the concepts of `rows`: `alike` of one kind, `covers` of a topic and a point
// Lists go together by position; `left` and `right` are places in `rows`. Only under `claim`, which
// becomes `next`: that is kept from others until the end, so that no pair is created twice, whoever
// links at the same time and however often this is said.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef"}, {"id": "1123456789abcdef0123456789abcdef"}]
// :param share => "new pairs 0"
// :param claim => "0123456789abcdef0123456789abcdef 0"
// :param next => "0123456789abcdef0123456789abcdef 1"
// :param alike => {"left": [0], "right": [1], "documents": [2], "problems": [0], "weights": [0.69]}
// :param covers => {"left": [], "right": [], "documents": [], "problems": [], "weights": [], "listed": []}
MATCH (share:ConceptGraph {id: $share})
SET share.createdAt = share.createdAt
WITH share WHERE share.claim = $claim
CALL () {
  UNWIND range(0, size($rows) - 1) AS place
  MATCH (c:Concept {id: $rows[place].id})
  WITH place, c ORDER BY place
  RETURN collect(c) AS concepts
}
WITH share, concepts WHERE size(concepts) = size($rows)
SET share.claim = $next
WITH concepts
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
