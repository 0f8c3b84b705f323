// What `select` decided so far on the documents that it decides on, a page packed
// As `read/select-documents`, without the texts and those on which a person decided; `last` is where
// the next page begins.
// :param after => ""
// :param limit => 10000
// :param domain => "mathematics"
// :param reasons => []
MATCH (source:Document)
WHERE source.id > $after AND source.domain = $domain
  AND (source.status = 'pending' OR source.status = 'rejected' AND source.reason IN $reasons)
  AND NOT EXISTS { (source)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
  AND true // where
WITH source ORDER BY source.id LIMIT $limit
WITH collect([source.id, source.reason, source.score]) AS states
WHERE size(states) > 0
RETURN states, states[-1][0] AS id;
