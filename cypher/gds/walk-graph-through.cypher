// Projects the concept graph for walks through sources into GDS
// As gds/walk-graph, with the documents (problems) between concepts in place of the pairs that are
// not stored. A source of n points is entered from each with weight n and left for each evenly: of
// the walks that do not come back to where they were, p is that of the counts. $topics: whether
// pairs of topics, too, are found through sources. $merged: whether some concepts are merged or rejected.
// $undirected: the types that lead through sources, of which GDS wants only those that are there.
// :param graph => "kgsynth-walk-example"
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param documents => true
// :param problems => false
// :param topics => true
// :param merged => true
// :param undirected => []
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
  UNION ALL
  CALL () {
    MATCH (held:Document) WHERE $documents AND coalesce(held.status, '') <> 'rejected'
    RETURN held ORDER BY held.id
    UNION ALL
    MATCH (held:Problem) WHERE $problems AND coalesce(held.status, '') <> 'rejected'
    RETURN held ORDER BY held.id
  }
  WITH held, COLLECT {
    MATCH (held)-[:HAS_TOPIC|MENTIONS]->(c:Topic|KnowledgePoint) RETURN c
  } AS named
  WITH held, CASE
    WHEN $merged AND any(c IN named WHERE c.status = 'rejected' OR EXISTS { (c)-[:MERGED_INTO]->() }) THEN COLLECT {
      UNWIND named AS one
      MATCH (one)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
      WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) }
        AND coalesce(c.status, '') <> 'rejected'
      RETURN DISTINCT c
    }
    ELSE named
  END AS concepts
  WITH held, [c IN concepts WHERE c:Topic] AS topics, [c IN concepts WHERE c:KnowledgePoint] AS points
  UNWIND [t IN topics WHERE $topics | [t, 'TOPICS', size(topics)]]
    + [p IN points | [p, 'POINTS', size(points)]] AS arc
  RETURN arc[0] AS source, held AS target, {
    relationshipType: arc[1], relationshipProperties: {weight: toFloat(arc[2])}
  } AS data
}
RETURN gds.graph.project($graph, source, target, data, {
  readConcurrency: 1, undirectedRelationshipTypes: $undirected
}) AS result;
