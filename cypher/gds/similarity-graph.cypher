// Projects concept sets and documents with their concepts into GDS
// Both hold topics and knowledge points, each once, as what they were merged into.
// :param graph => "kgsynth-ground-example"
// :param sets => ["0123456789abcdef0123456789abcdef"]
CALL () {
  UNWIND $sets AS id
  MATCH (source:ConceptSet {id: id})
  CALL (source) {
    MATCH (source)-[:SAMPLED]->(:Concept)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) } AND coalesce(c.status, '') <> 'rejected'
    RETURN DISTINCT c AS target
  }
  RETURN source, target, 'ConceptSet' AS label
  UNION ALL
  MATCH (source:Document) WHERE coalesce(source.status, '') <> 'rejected'
  CALL (source) {
    OPTIONAL MATCH (source)-[:HAS_TOPIC|MENTIONS]->(:Concept)-[:MERGED_INTO*0..]->(c:Topic|KnowledgePoint)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->(:Concept) } AND coalesce(c.status, '') <> 'rejected'
    RETURN DISTINCT c AS target
  }
  RETURN source, target, 'Document' AS label
}
RETURN gds.graph.project($graph, source, target, {
  sourceNodeLabels: label, targetNodeLabels: 'Concept', relationshipType: 'HOLDS'
}, {readConcurrency: 1}) AS result;
