// Texts and titles of documents, in order of id behind $after
// :param after => ""
// :param limit => 500
// :param domain => "mathematics"
MATCH (source:Document)
WHERE source.id > $after AND source.domain = $domain
  AND true // where
WITH source ORDER BY source.id LIMIT $limit
RETURN source.id AS id, source.text AS text, source.title AS title,
  coalesce(source.masked, 0) AS masked
ORDER BY id;
