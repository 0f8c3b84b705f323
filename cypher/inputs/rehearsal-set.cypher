// What stands for a concept set in a plan, before sets can be drawn: a document's own concepts
// One or two documents with tags, in order of id behind $after; the topics and points of the first.
// :param domain => "mathematics"
// :param limit => 8
MATCH (d:Document)
WHERE d.domain = $domain AND EXISTS { (d)-[:HAS_TOPIC]->() } AND EXISTS { (d)-[:MENTIONS]->() }
WITH d ORDER BY d.id LIMIT $limit
WITH collect(d) AS documents
UNWIND range(0, size(documents) - 1) AS place
WITH documents[place] AS d, documents[(place + 1) % size(documents)] AS other
RETURN d.id AS id, d.domain AS domain,
  COLLECT {
    MATCH (d)-[:HAS_TOPIC]->(c:Topic)
    RETURN {id: c.id, name: c.name, topic: true} ORDER BY c.id LIMIT 2
  } + COLLECT {
    MATCH (d)-[:MENTIONS]->(c:KnowledgePoint)
    RETURN {id: c.id, name: c.name, topic: false} ORDER BY c.id LIMIT 6
  } AS concepts,
  [one IN [d, other] | {id: one.id, title: one.title, text: one.text}] AS documents
ORDER BY id;
