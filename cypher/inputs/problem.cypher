// What a prompt needs to know of problems: the solution that came with each, the lowest where several did
// :param ids => []
UNWIND $ids AS id
MATCH (p:Problem {id: id})
RETURN p.id AS id, p.text AS text, p.domain AS domain, p.level AS level, p.subject AS subject,
  head(COLLECT {
    MATCH (a:Answer {origin: 'given'})-[:ANSWERS]->(p)
    RETURN coalesce(a.text, a.final) ORDER BY a.text IS NULL, a.id
  }) AS solution
ORDER BY id;
