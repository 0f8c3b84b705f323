// Key of a grounded set: its best document, then the set, so that those of one document stand together
// auto-commit
CREATE INDEX concept_set_ground_key IF NOT EXISTS FOR (n:ConceptSet) ON (n.groundKey);
MATCH (s:ConceptSet) WHERE s.groundKey IS NULL
CALL (s) {
  MATCH (s)-[g:GROUNDED_IN]->(d:Document)
  WITH s, d ORDER BY g.rank LIMIT 1
  SET s.groundKey = d.id + s.id
} IN TRANSACTIONS OF 10000 ROWS;
