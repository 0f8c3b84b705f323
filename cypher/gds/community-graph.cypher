// Projects the concept graph without directions into GDS, for communities
// Nodes enter in the order of $ids, so that a seeded result does not depend on the order of
// insertion; a relationship weighs exp(weight) = count + eps. COVERS joins topics and their points.
// :param graph => "kgsynth-communities-example"
// :param ids => ["0123456789abcdef0123456789abcdef"]
CALL () {
  UNWIND range(0, size($ids) - 1) AS rank
  MATCH (source:Concept {id: $ids[rank]})
  RETURN source, null AS target, {
    sourceNodeProperties: {rank: rank}, targetNodeProperties: null
  } AS data
  UNION ALL
  UNWIND $ids AS id
  MATCH (source:Concept {id: id})-[r:CO_OCCURS_WITH|COVERS]->(target:Concept)
  WHERE r.weight IS NOT NULL
  WITH source, target, r ORDER BY source.id, target.id
  RETURN source, target, {
    relationshipType: 'NEAR', relationshipProperties: {weight: exp(r.weight)}
  } AS data
}
RETURN gds.graph.project($graph, source, target, data, {
  readConcurrency: 1, undirectedRelationshipTypes: ['NEAR']
}) AS result;
