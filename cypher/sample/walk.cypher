// A walk: from a topic to another, to a knowledge point and on to three more
// Each step goes to a neighbour with p = (count + eps) / sum = softmax(weight), another one on
// every run: of -log(u) / exp(weight), with u even in (0, 1], the smallest wins with just that
// probability. Nothing is written; `kgsynth sample walk` stores seeded walks.
// :param name => "Counting principles"
MATCH (a:Topic {name: $name})
CALL (a) {
  MATCH (a)-[r1:CO_OCCURS_WITH]-(b:Topic)
  RETURN r1, b ORDER BY -log(1.0 - rand()) / exp(r1.weight) LIMIT 1
}
CALL (b) {
  MATCH (b)-[r2:COVERS]->(c:KnowledgePoint)
  RETURN r2, c ORDER BY -log(1.0 - rand()) / exp(r2.weight) LIMIT 1
}
CALL (c) {
  MATCH (c)-[r3:CO_OCCURS_WITH]-(d:KnowledgePoint)
  RETURN r3, d ORDER BY -log(1.0 - rand()) / exp(r3.weight) LIMIT 1
}
CALL (d) {
  MATCH (d)-[r4:CO_OCCURS_WITH]-(e:KnowledgePoint)
  RETURN r4, e ORDER BY -log(1.0 - rand()) / exp(r4.weight) LIMIT 1
}
CALL (e) {
  MATCH (e)-[r5:CO_OCCURS_WITH]-(f:KnowledgePoint)
  RETURN r5, f ORDER BY -log(1.0 - rand()) / exp(r5.weight) LIMIT 1
}
RETURN a, r1, b, r2, c, r3, d, r4, e, r5, f;
