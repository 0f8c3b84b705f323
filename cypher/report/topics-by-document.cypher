// Topics of each tagged document, in order of document id: how fast do new topics come?
// :param domain => "mathematics"
// :param limit => 20000
MATCH (s:Document) WHERE s.domain = $domain AND EXISTS { (s)-[:HAS_TOPIC]->() }
WITH s ORDER BY s.id LIMIT $limit
RETURN COLLECT { MATCH (s)-[:HAS_TOPIC]->(t:Topic) RETURN t.id } AS topics
ORDER BY s.id;
