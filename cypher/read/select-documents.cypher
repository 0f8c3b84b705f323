// Documents that `select` decides on, in order of id behind $after
// Those that are not rejected, and those that were for one of $reasons. `settled`: a person decided,
// by a verdict or in Browser.
// :param after => ""
// :param limit => 500
// :param domain => "mathematics"
// :param reasons => []
MATCH (source:Document)
WHERE source.id > $after AND source.domain = $domain
  AND (source.status <> 'rejected' OR source.reason IN $reasons)
  AND true // where
WITH source ORDER BY source.id LIMIT $limit
RETURN source.id AS id, source.text AS text, source.title AS title, source.language AS language,
  source.status AS status, source.reason AS reason, source.copyOf AS copyOf,
  source.similarity AS similarity,
  source.status = 'accepted'
    OR EXISTS { (source)<-[:JUDGES]-(:Verdict {verifier: 'person'}) } AS settled
ORDER BY id;
