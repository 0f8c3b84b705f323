// Takes one merge back for good: a person says that the concept is none of some others
// :param id => "0123456789abcdef0123456789abcdef"
// :param others => []
MATCH (c:Concept {id: $id})
CALL (c) {
  MATCH (c)-[m:MERGED_INTO]->() DELETE m
}
CALL (c) {
  UNWIND $others AS id
  MATCH (other:Concept {id: id})
  OPTIONAL MATCH (c)-[s:SAME_AS]-(other)
  WHERE NOT coalesce(s.decidedBy, 'person') IN ['embedding', 'model']
  DELETE s
}
CALL (c) {
  UNWIND $others AS id
  MATCH (other:Concept {id: id})
  MERGE (c)-[d:DISTINCT_FROM {decidedBy: 'person'}]->(other)
  ON CREATE SET d.createdAt = datetime(), d.reason = 'merge undone'
};
