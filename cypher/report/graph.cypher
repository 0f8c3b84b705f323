// Size of the concept graph
// :param domain => "mathematics"
RETURN
  COUNT { MATCH (n:Document {domain: $domain}) } AS documents,
  COUNT { MATCH (n:Problem {domain: $domain}) } AS problems,
  COUNT { MATCH (n:Topic {domain: $domain}) } AS topics,
  COUNT { MATCH (n:KnowledgePoint {domain: $domain}) } AS knowledgePoints,
  COUNT { MATCH (n:ConceptSet {domain: $domain}) } AS conceptSets,
  COUNT { MATCH (n:Question {domain: $domain}) } AS questions;
