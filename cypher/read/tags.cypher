// Tags that some documents and problems hold from one origin
// A tag is [whether of a topic, id, names, topics].
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param origin => "given"
UNWIND $ids AS id
MATCH (s:Document|Problem {id: id})-[r:HAS_TOPIC|MENTIONS {origin: $origin}]->(c:Concept)
RETURN s.id AS source,
  collect([type(r) = 'HAS_TOPIC', c.id, r.names, coalesce(r.topics, [])]) AS tags
ORDER BY source;
