// Which of some concepts something was generated from, through a concept set
// :param ids => ["0123456789abcdef0123456789abcdef"]
UNWIND $ids AS id
MATCH (c:Concept {id: id})
WHERE EXISTS { (c)<-[:SAMPLED]-(:ConceptSet)<-[:GENERATED_FROM]-() }
RETURN c.id AS id;
