// Communities of a projection by Leiden, one packed row: pairs of a node and its community
// One thread and a seed: the same graph gives the same communities.
// :param graph => "kgsynth-communities-example"
// :param gamma => 1.0
// :param seed => 0
CALL gds.leiden.stream($graph, {
  relationshipWeightProperty: 'weight', gamma: $gamma, randomSeed: $seed, concurrency: 1
}) YIELD nodeId, communityId
RETURN collect([nodeId, communityId]) AS communities;
