// Documents that share most concepts with a document
// It is named by id or title; an empty name takes the document with most concepts. `jaccard` is
// concepts in both / concepts in either, as grounding counts them before any merge.
// :param document => ""
// :param limit => 5
WITH $document AS wanted
MATCH (d:Document) WHERE wanted = '' OR d.id = wanted OR d.title = wanted
WITH d ORDER BY COUNT { (d)-[:HAS_TOPIC|MENTIONS]->() } DESC, d.id LIMIT 1
MATCH (d)-[mine:HAS_TOPIC|MENTIONS]->(c:Concept)<-[theirs:HAS_TOPIC|MENTIONS]-(near:Document)
WITH d, near, collect(mine) AS mine, collect(theirs) AS theirs, collect(c) AS concepts
WITH d, near, mine, theirs, concepts, size(concepts) AS shared,
  COUNT { (d)-[:HAS_TOPIC|MENTIONS]->() } + COUNT { (near)-[:HAS_TOPIC|MENTIONS]->() } AS held
WITH *, toFloat(shared) / (held - shared) AS jaccard
ORDER BY jaccard DESC, near.id LIMIT $limit
RETURN d.title AS document, near.title AS near, shared, round(jaccard, 3) AS jaccard,
  d, near AS other, mine, theirs, concepts;
