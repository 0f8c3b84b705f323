// Dropped copies of questions beside the text they were matched with, the least similar first
// `keptStatus` says what became of the one that stayed; `kgsynth accept ID` takes a copy back.
// :param domain => "mathematics"
// :param limit => 25
MATCH (q:Question {status: 'rejected'})
WHERE q.domain = $domain AND q.copyText IS NOT NULL
WITH q, coalesce(q.similarity, 1.0) AS similarity ORDER BY similarity, q.id LIMIT $limit
CALL (q) {
  MATCH (k:Question {id: q.copyOf}) RETURN k
  UNION ALL MATCH (k:Problem {id: q.copyOf}) RETURN k
}
RETURN similarity, q.id AS id, q.text AS text, q.copyText AS matched,
  q.copyOf AS copyOf, k.status AS keptStatus, q.reason AS reason, q AS dropped, k AS kept
ORDER BY similarity, id;
