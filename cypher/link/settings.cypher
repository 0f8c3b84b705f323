// How the concept graph was linked last
MATCH (g:ConceptGraph {id: 'concepts'})
RETURN g.source AS source, g.eps AS eps, g.pairs AS pairs, g.minCount AS min_count,
  g.complete AS complete, g.unfinished IS NOT NULL AS unfinished;
