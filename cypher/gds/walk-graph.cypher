// Projects the concept graph for walks into GDS
// $ids in the fixed order of concepts: nodes enter in that order, and `rank` says which one a GDS
// node is, so that seeded walks do not depend on the order of insertion. A walk's probability is
// proportional to exp(weight) = count + eps. CO_OCCURS_WITH enters in both directions, COVERS not at
// all: the client draws the one step from a topic to a knowledge point.
// :param graph => "kgsynth-walk-example"
// :param ids => ["0123456789abcdef0123456789abcdef"]
CALL () {
  UNWIND range(0, size($ids) - 1) AS rank
  MATCH (source:Concept {id: $ids[rank]})
  RETURN source, null AS target, {
    sourceNodeProperties: {rank: rank}, targetNodeProperties: null
  } AS data
  UNION ALL
  UNWIND $ids AS id
  MATCH (source:Concept {id: id})-[r:CO_OCCURS_WITH]-(target:Concept)
  WHERE r.weight IS NOT NULL
  RETURN source, target, {
    relationshipType: CASE WHEN source:Topic THEN 'TOPICS' ELSE 'POINTS' END,
    relationshipProperties: {weight: exp(r.weight)}
  } AS data
}
RETURN gds.graph.project($graph, source, target, data, {readConcurrency: 1}) AS result;
