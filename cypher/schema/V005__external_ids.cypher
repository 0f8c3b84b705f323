// Index for the ids that documents and problems were given at ingest
// Lists have no range index; the keyword analyzer keeps every id as one term, as it is.
// auto-commit
CREATE FULLTEXT INDEX source_external_ids_fulltext IF NOT EXISTS
FOR (n:Document|Problem) ON EACH [n.externalIds]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'keyword'}};
