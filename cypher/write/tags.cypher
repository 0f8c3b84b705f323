// Tags of documents and problems, in place of their tags of the same origin
// A row is one source: topics and points as {id, name, names, topics}, properties to set; no name:
// the concept is in the graph under that name or a lower one. One relationship for one concept:
// what was given stands, whatever a model names as well. Concepts come first and in order of id, so
// that two writers seldom wait for each other in a circle; until `merge` has named a concept (it
// has no aliases), its name is the lowest spelling that came. Setting `words` takes the lock: of a
// source without any tag, each is then new, and need not be looked for.
// :param rows => []
// :param origin => "given"
CALL () {
  UNWIND $rows AS row
  UNWIND [topic IN row.topics WHERE topic.name IS NOT NULL | topic {.id, .name, kind: 'Topic'}]
    + [point IN row.points WHERE point.name IS NOT NULL |
       point {.id, .name, kind: 'KnowledgePoint'}] AS concept
  WITH concept.id AS id, concept.kind AS kind, row.domain AS domain, min(concept.name) AS name
  ORDER BY id
  MERGE (c:Concept {id: id})
  ON CREATE SET c.name = name, c.domain = domain, c.createdAt = datetime()
  FOREACH (_ IN CASE WHEN kind = 'Topic' THEN [1] ELSE [] END | SET c:Topic)
  FOREACH (_ IN CASE WHEN kind = 'KnowledgePoint' THEN [1] ELSE [] END | SET c:KnowledgePoint)
  FOREACH (_ IN CASE WHEN c.aliases IS NULL AND name < c.name THEN [1] ELSE [] END |
    SET c.domain = domain
    SET c.name = CASE WHEN name < c.name THEN name ELSE c.name END
  )
}
WITH 1 AS once
UNWIND $rows AS row
MATCH (s:Document|Problem {id: row.source})
SET s += coalesce(row.properties, {}), s.words = s.words
WITH s, row, EXISTS { (s)-[:HAS_TOPIC|MENTIONS]->() } AS tagged
CALL (s, row, tagged) {
  WITH * WHERE NOT tagged
  UNWIND row.topics AS topic
  MATCH (c:Concept {id: topic.id})
  CREATE (s)-[:HAS_TOPIC {origin: $origin, names: topic.names}]->(c)
}
CALL (s, row, tagged) {
  WITH * WHERE NOT tagged
  UNWIND row.points AS point
  MATCH (c:Concept {id: point.id})
  CREATE (s)-[:MENTIONS {origin: $origin, names: point.names, topics: point.topics}]->(c)
}
WITH s, row WHERE tagged
WITH s, row, [topic IN row.topics | topic.id] + [point IN row.points | point.id] AS held
CALL (s, held) {
  MATCH (s)-[old:HAS_TOPIC|MENTIONS {origin: $origin}]->(c:Concept)
  WHERE NOT c.id IN held
  DELETE old
}
CALL (s, row) {
  UNWIND row.topics AS topic
  MATCH (c:Concept {id: topic.id})
  MERGE (s)-[r:HAS_TOPIC]->(c)
  WITH r, topic WHERE $origin = 'given' OR coalesce(r.origin, $origin) = $origin
  SET r.origin = $origin, r.names = topic.names
}
CALL (s, row) {
  UNWIND row.points AS point
  MATCH (c:Concept {id: point.id})
  MERGE (s)-[r:MENTIONS]->(c)
  WITH r, point WHERE $origin = 'given' OR coalesce(r.origin, $origin) = $origin
  SET r.origin = $origin, r.names = point.names, r.topics = point.topics
};
