// Where the stored walks of a seed and epoch start: [ordinal, topic id], packed
// :param seed => 0
// :param epoch => 0
MATCH (s:ConceptSet {strategy: 'walk', seed: $seed, epoch: $epoch})-[r:SAMPLED]->(t:Topic)
WHERE r.position = 0
RETURN collect([s.ordinal, t.id]) AS starts;
