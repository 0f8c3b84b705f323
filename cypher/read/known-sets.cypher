// Which of some concept sets are in the graph
// :param ids => []
UNWIND $ids AS id
MATCH (s:ConceptSet {id: id})
RETURN s.id AS id;
