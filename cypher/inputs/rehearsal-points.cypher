// What stands for a set of knowledge points in a plan, before sets can be drawn: points of a problem
// Two points of each problem that has as many, in order of id.
// :param domain => "mathematics"
// :param limit => 8
MATCH (p:Problem {domain: $domain}) WHERE COUNT { (p)-[:MENTIONS]->() } > 1
WITH p ORDER BY p.id LIMIT $limit
RETURN p.id AS id, p.domain AS domain,
  COLLECT {
    MATCH (p)-[:MENTIONS]->(c:KnowledgePoint)
    RETURN {id: c.id, name: c.name, topic: false} ORDER BY c.id LIMIT 2
  } AS concepts,
  [] AS documents
ORDER BY id;
