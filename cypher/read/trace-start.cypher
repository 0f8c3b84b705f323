// The node of that id, whatever it is: Example, Question, Answer, ConceptSet, Call, Document, ...
// :param id => ""
CALL () {
  MATCH (n:Example {id: $id}) RETURN n
  UNION ALL MATCH (n:Question {id: $id}) RETURN n
  UNION ALL MATCH (n:Answer {id: $id}) RETURN n
  UNION ALL MATCH (n:ConceptSet {id: $id}) RETURN n
  UNION ALL MATCH (n:Call {id: $id}) RETURN n
  UNION ALL MATCH (n:Rejected {id: $id}) RETURN n
  UNION ALL MATCH (n:Document {id: $id}) RETURN n
  UNION ALL MATCH (n:Problem {id: $id}) RETURN n
  UNION ALL MATCH (n:Concept {id: $id}) RETURN n
  UNION ALL MATCH (n:Verdict {id: $id}) RETURN n
  UNION ALL MATCH (n:Dataset {id: $id}) RETURN n
  UNION ALL MATCH (n:Run {id: $id}) RETURN n
}
RETURN labels(n) AS labels, properties(n) AS properties;
