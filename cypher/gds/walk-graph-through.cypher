// Projects the concept graph for walks through sources into GDS
// As gds/walk-graph, with the documents (problems) between concepts in place of the pairs that are
// not stored. A source of n points is entered from each with weight n and left for each evenly: of
// the walks that do not come back to where they were, p is that of the counts. $topics: so for topics.
// :param graph => "kgsynth-walk-example"
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param documents => true
// :param problems => false
// :param topics => true
CALL () {
  UNWIND range(0, size($ids) - 1) AS rank
  MATCH (source:Concept {id: $ids[rank]})
  RETURN source, null AS target, {
    sourceNodeProperties: {rank: rank}, targetNodeProperties: null
  } AS data
  UNION ALL
  UNWIND $ids AS id
  MATCH (source:Concept {id: id})-[r:CO_OCCURS_WITH|COVERS]-(target:Concept)
  WHERE r.weight IS NOT NULL AND (type(r) = 'CO_OCCURS_WITH' OR startNode(r) = source)
  RETURN source, target, {
    relationshipType: CASE
      WHEN type(r) = 'COVERS' THEN 'COVERS' WHEN source:Topic THEN 'TOPICS' ELSE 'POINTS'
    END,
    relationshipProperties: {weight: exp(r.weight)}
  } AS data
  UNION ALL
  MATCH (held:Document) WHERE $documents AND coalesce(held.status, '') <> 'rejected'
  WITH held ORDER BY held.id
  CALL (held) {
    MATCH (held)-[:HAS_TOPIC|MENTIONS]->(:Concept)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) }
    WITH collect(DISTINCT c) AS all
    RETURN [c IN all WHERE c:Topic] AS topics, [c IN all WHERE c:KnowledgePoint] AS points
  }
  UNWIND [t IN topics WHERE $topics AND size(topics) > 1 | [t, held, 'TOPICS', size(topics)]]
    + [t IN topics WHERE $topics AND size(topics) > 1 | [held, t, 'TOPICS', 1]]
    + [t IN topics WHERE size(points) > 0 | [t, held, 'COVERS', size(points)]]
    + [p IN points WHERE size(points) > 1 | [p, held, 'POINTS', size(points)]]
    + [p IN points | [held, p, 'POINTS', 1]] AS arc
  RETURN arc[0] AS source, arc[1] AS target, {
    relationshipType: arc[2], relationshipProperties: {weight: toFloat(arc[3])}
  } AS data
  UNION ALL
  MATCH (held:Problem) WHERE $problems AND coalesce(held.status, '') <> 'rejected'
  WITH held ORDER BY held.id
  CALL (held) {
    MATCH (held)-[:HAS_TOPIC|MENTIONS]->(:Concept)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) }
    WITH collect(DISTINCT c) AS all
    RETURN [c IN all WHERE c:Topic] AS topics, [c IN all WHERE c:KnowledgePoint] AS points
  }
  UNWIND [t IN topics WHERE $topics AND size(topics) > 1 | [t, held, 'TOPICS', size(topics)]]
    + [t IN topics WHERE $topics AND size(topics) > 1 | [held, t, 'TOPICS', 1]]
    + [t IN topics WHERE size(points) > 0 | [t, held, 'COVERS', size(points)]]
    + [p IN points WHERE size(points) > 1 | [p, held, 'POINTS', size(points)]]
    + [p IN points | [held, p, 'POINTS', 1]] AS arc
  RETURN arc[0] AS source, arc[1] AS target, {
    relationshipType: arc[2], relationshipProperties: {weight: toFloat(arc[3])}
  } AS data
}
RETURN gds.graph.project($graph, source, target, data, {readConcurrency: 1}) AS result;
