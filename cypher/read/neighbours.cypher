// What a node is connected with, by relationship and direction, with a few examples each
// :param id => ""
CALL () {
  MATCH (n:ConceptSet {id: $id}) RETURN n
  UNION ALL MATCH (n:Call {id: $id}) RETURN n
  UNION ALL MATCH (n:Rejected {id: $id}) RETURN n
  UNION ALL MATCH (n:Document {id: $id}) RETURN n
  UNION ALL MATCH (n:Problem {id: $id}) RETURN n
  UNION ALL MATCH (n:Concept {id: $id}) RETURN n
  UNION ALL MATCH (n:Verdict {id: $id}) RETURN n
  UNION ALL MATCH (n:Dataset {id: $id}) RETURN n
  UNION ALL MATCH (n:Run {id: $id}) RETURN n
}
MATCH (n)-[r]-(m)
WITH type(r) AS relationship, startNode(r) = n AS outgoing, m
ORDER BY m.id
WITH relationship, outgoing, count(m) AS number,
  collect({id: m.id, labels: labels(m), text: left(coalesce(m.name, m.title, m.text, m.reason, ''),
           80)})[..5] AS some
RETURN relationship, CASE WHEN outgoing THEN 'out' ELSE 'in' END AS direction, number, some
ORDER BY relationship, direction;
