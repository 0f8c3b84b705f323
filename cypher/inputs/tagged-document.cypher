// What a prompt needs to know of documents and the topics and key concepts they hold
// Concepts as what they were merged into, each once and in order of id, with the topics that list
// them; `ids` are those of the concepts that the document holds as this one.
// :param ids => []
UNWIND $ids AS id
MATCH (d:Document {id: id})
RETURN d.id AS id, d.title AS title, d.text AS text, d.domain AS domain, d.level AS level,
  COLLECT {
    MATCH (d)-[r:HAS_TOPIC|MENTIONS]->(held:Concept)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) }
      AND coalesce(c.status, '') <> 'rejected'
    WITH c, collect(held.id) AS ids, collect(coalesce(r.topics, [])) AS lists
    RETURN {
      id: c.id, ids: ids, name: c.name, topic: c:Topic,
      topics: reduce(all = [], one IN lists | all + one)
    } ORDER BY c.id
  } AS concepts
ORDER BY id;
