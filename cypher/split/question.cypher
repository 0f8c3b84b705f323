// Sources for `--split-by question`: the question itself, or those that it was made from
// :param ids => []
UNWIND $ids AS id
MATCH (q:Question {id: id})
WITH id, COLLECT {
  MATCH (q)-[:GENERATED_FROM]->{0,4}(root:Question)
  WHERE NOT EXISTS { (root)-[:GENERATED_FROM]->(:Question) }
  RETURN DISTINCT root.id
} AS sources
RETURN collect([id, sources]) AS sources;
