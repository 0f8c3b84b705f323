// Marks the core points of a domain ($domain null: of all), and no other point there
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param domain => null
CALL () {
  MATCH (c:KnowledgePoint)
  WHERE c.core AND ($domain IS NULL OR c.domain = $domain) AND NOT c.id IN $ids
  REMOVE c.core
}
UNWIND $ids AS id
MATCH (c:Concept {id: id})
SET c.core = true
RETURN count(*) AS marked;
