// Sources for `--split-by set`: the combination of concepts that a question comes from
// The concepts of its concept set, merged ones as what they were merged into, else those that it
// tests; a question made from another has that one's combination. Without concepts it is the
// documents, without documents the question.
// :param ids => []
UNWIND $ids AS id
MATCH (q:Question {id: id})
WITH id, COLLECT {
  MATCH (q)-[:GENERATED_FROM]->{0,4}(root:Question)
  WHERE NOT EXISTS { (root)-[:GENERATED_FROM]->(:Question) }
  RETURN DISTINCT root
} AS roots
UNWIND roots AS root
WITH id, root,
  COLLECT {
    MATCH (root)-[:GENERATED_FROM]->{1,4}(:ConceptSet)-[:SAMPLED]->(:Concept)
      -[:MERGED_INTO]->{0,9}(c:Concept)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->() }
    RETURN DISTINCT c.id AS c ORDER BY c
  } AS sampled,
  COLLECT {
    MATCH (root)-[:TESTS]->(:Concept)-[:MERGED_INTO]->{0,9}(c:Concept)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->() }
    RETURN DISTINCT c.id AS c ORDER BY c
  } AS tested,
  COLLECT {
    MATCH (root)-[:GENERATED_FROM]->{1,4}(:Document|Problem)-[:PART_OF]->{0,4}(d:Document|Problem)
    WHERE NOT EXISTS { (d)-[:PART_OF]->(:Document) }
    RETURN DISTINCT d.id
  } AS documents
WITH id, CASE
  WHEN size(sampled) > 0 THEN [reduce(all = '', c IN sampled | all + c)]
  WHEN size(tested) > 0 THEN [reduce(all = '', c IN tested | all + c)]
  WHEN size(documents) > 0 THEN documents
  ELSE [root.id]
END AS sources
UNWIND sources AS source
WITH id, collect(DISTINCT source) AS sources
RETURN collect([id, sources]) AS sources;
