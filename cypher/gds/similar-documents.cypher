// The documents most similar to each projected concept set, by Jaccard
// :param graph => "kgsynth-ground-example"
// :param top => 2
CALL gds.nodeSimilarity.filtered.stream($graph, {
  sourceNodeFilter: 'ConceptSet', targetNodeFilter: 'Document', topK: $top
}) YIELD node1, node2, similarity
WITH gds.util.asNode(node1).id AS id, gds.util.asNode(node2).id AS document, similarity
ORDER BY id, similarity DESC, document
RETURN id, collect([document, similarity]) AS documents;
