// What was merged into what, by whom and why
// The latest first; only concepts whose names hold the text. `kgsynth merge --undo ID` takes one back.
// :param name => ""
// :param limit => 50
MATCH (c:Concept)-[m:MERGED_INTO]->(into:Concept)
WHERE $name = '' OR toLower(c.name) CONTAINS toLower($name)
  OR toLower(into.name) CONTAINS toLower($name)
RETURN c.id AS id, c.name AS concept, into.name AS stands, m.decidedBy AS decidedBy,
  m.similarity AS similarity, m.reason AS reason, c AS node, m AS merged, into
ORDER BY m.createdAt DESC, id LIMIT $limit;
