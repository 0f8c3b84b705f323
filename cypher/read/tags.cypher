// Tags that some documents and problems hold from one origin
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param origin => "given"
UNWIND $ids AS id
MATCH (s:Document|Problem {id: id})-[r:HAS_TOPIC|MENTIONS {origin: $origin}]->(c:Concept)
RETURN s.id AS source, type(r) = 'HAS_TOPIC' AS topic, c.id AS id, r.names AS names,
  coalesce(r.topics, []) AS topics
ORDER BY source, id;
