// Scores of the documents that `select` decided on, packed
// :param domain => "mathematics"
MATCH (d:Document {domain: $domain}) WHERE d.score IS NOT NULL
WITH d.score AS score ORDER BY score
RETURN collect(score) AS scores;
