// What a prompt needs to know of concept sets: their concepts in walk order, their documents by rank
// :param ids => []
UNWIND $ids AS id
MATCH (s:ConceptSet {id: id})
RETURN s.id AS id, s.domain AS domain,
  COLLECT {
    MATCH (s)-[r:SAMPLED]->(c:Concept)
    RETURN {id: c.id, name: c.name, topic: c:Topic} ORDER BY r.position
  } AS concepts,
  COLLECT {
    MATCH (s)-[g:GROUNDED_IN]->(d:Document)
    RETURN {id: d.id, title: d.title, text: d.text} ORDER BY g.rank
  } AS documents
ORDER BY id;
