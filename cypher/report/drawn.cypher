// How many concept sets of a strategy there are, in all and of a seed
// :param domain => "mathematics"
// :param strategy => "walk"
// :param seed => 0
MATCH (s:ConceptSet {domain: $domain, strategy: $strategy})
RETURN count(s) AS sets, count(CASE WHEN s.seed = $seed THEN s END) AS own;
