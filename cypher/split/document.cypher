// Sources for `--split-by document`: the documents and seed problems that questions come from
// A part of a book counts as the book; a question made from another has that one's sources. Without
// documents it is the combination of concepts (as `--split-by set`), without one the question.
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
    MATCH (root)-[:GENERATED_FROM]->{1,4}(:Document|Problem)-[:PART_OF]->{0,4}(d:Document|Problem)
    WHERE NOT EXISTS { (d)-[:PART_OF]->(:Document) }
    RETURN DISTINCT d.id
  } AS documents,
  COLLECT {
    MATCH (root)-[:GENERATED_FROM]->{1,4}(:ConceptSet)-[:SAMPLED]->(:Concept)
      -[:MERGED_INTO]->{0,9}(c:Concept)
    WHERE NOT EXISTS { (c)-[:MERGED_INTO]->() }
    RETURN DISTINCT c.id AS c ORDER BY c
  } AS combination
WITH id, CASE
  WHEN size(documents) > 0 THEN documents
  WHEN size(combination) > 0 THEN [reduce(all = '', c IN combination | all + c)]
  ELSE [root.id]
END AS sources
UNWIND sources AS source
WITH id, collect(DISTINCT source) AS sources
RETURN collect([id, sources]) AS sources;
