// The documents and problems that the concept graph was made of, by licence and language
// :param domain => "mathematics"
MATCH (n:Document|Problem)
WHERE n.domain = $domain AND EXISTS { (n)-[:MENTIONS|HAS_TOPIC]->() }
RETURN CASE WHEN n:Document THEN 'documents' ELSE 'problems' END AS source, n.licence AS licence,
  n.language AS language, count(n) AS number
ORDER BY source, number DESC, licence, language;
