// Creates which knowledge points a topic covers, grouped by topic
// The lists of a row go together by position. Where not just `stored` pairs are there already,
// another writer came first and the row is left out: setting `degree` keeps others away until the end.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "stored": 0, "others": ["1123456789abcdef0123456789abcdef"], "documents": [2], "problems": [0], "listed": [1], "weights": [0.69]}]
UNWIND $rows AS row
MATCH (a:Concept {id: row.id})
SET a.degree = coalesce(a.degree, 0)
WITH a, row WHERE COUNT { (a)-[:COVERS]->() } = row.stored
UNWIND range(0, size(row.others) - 1) AS n
MATCH (b:Concept {id: row.others[n]})
CREATE (a)-[:COVERS {
  documentCount: row.documents[n], problemCount: row.problems[n], weight: row.weights[n], listed: row.listed[n]
}]->(b);
