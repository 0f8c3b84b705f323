// Weighted random walks, packed into one row
// Each walk is a list of GDS nodes, its source first. $length counts nodes; sources must differ
// from each other (an equal one repeats its walk), $walks is how many start at each.
// :param graph => "kgsynth-walk-example"
// :param sources => [0]
// :param types => ["TOPICS"]
// :param length => 3
// :param walks => 1
// :param seed => 42
// :param concurrency => 4
CALL gds.randomWalk.stream($graph, {
  sourceNodes: $sources, relationshipTypes: $types, relationshipWeightProperty: 'weight',
  walkLength: $length, walksPerNode: $walks, randomSeed: $seed, concurrency: $concurrency
}) YIELD nodeIds
RETURN collect(nodeIds) AS walks;
