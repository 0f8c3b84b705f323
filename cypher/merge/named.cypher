// Names that a model gave to classes of concepts, the latest last
// :param domain => "mathematics"
MATCH (v:Verdict {verifier: 'merge', criterion: 'name'})
WITH v ORDER BY v.createdAt, v.id
WITH v.label AS name, COLLECT {
  MATCH (v)-[:JUDGES]->(c:Concept) WHERE $domain IS NULL OR c.domain = $domain
  RETURN c.id ORDER BY c.id
} AS members
WHERE size(members) > 0
RETURN name, members;
