// How many concept sets of a strategy there are
// :param domain => "mathematics"
// :param strategy => "walk"
MATCH (s:ConceptSet {domain: $domain, strategy: $strategy})
RETURN count(s) AS sets;
