// Keeps how the concept graph is linked
// A graph that is complete in this way stays so: two that link it alike do not hinder each other.
// `unfinished` says that one of the whole graph is at work, or was ended before its end.
// :param rows => [{"source": "documents", "eps": 0.000001, "pairs": "all", "minCount": 1, "complete": true, "whole": true}]
UNWIND $rows AS row
MERGE (g:ConceptGraph {id: 'concepts'})
ON CREATE SET g.createdAt = datetime(), g.complete = false
WITH g, row, g.complete AND g.source = row.source AND g.eps = row.eps AND g.pairs = row.pairs
  AND g.minCount = row.minCount AS stays
SET g.complete = coalesce(stays, false) OR row.complete, g.source = row.source, g.eps = row.eps,
  g.pairs = row.pairs, g.minCount = row.minCount,
  g.unfinished = CASE WHEN NOT row.whole THEN g.unfinished WHEN row.complete THEN null ELSE true END;
