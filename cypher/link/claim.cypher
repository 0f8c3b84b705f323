// Who may create pairs of a share
// :param id => "new pairs 0"
MATCH (g:ConceptGraph {id: $id})
RETURN g.claim AS claim;
