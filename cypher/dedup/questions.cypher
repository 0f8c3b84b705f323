// A page of questions with their rank: 0 stays, 1 was found in a document, 2 is any other
// One row holds the page. Settled ones, as in dedup/size, and those already compared have rank 0; of
// other domains there are only these: what is open there is compared by its own domain's `dedup`.
// :param after => ""
// :param limit => 5000
// :param domain => "mathematics"
// :param threshold => 0.7
MATCH (q:Question)
WHERE q.id > $after AND q.status <> 'rejected'
WITH q, coalesce(q.status = 'accepted' OR q.copyOf IS NOT NULL OR q.distinctAt <= $threshold
  OR EXISTS { (q)<-[:ANSWERS]-(a:Answer) WHERE a.status <> 'rejected' }
  OR EXISTS { (q)<-[:HAS_PART]-(:Example) }, false) AS settled
WHERE settled OR q.domain = $domain
WITH q, settled ORDER BY q.id LIMIT $limit
WITH q, CASE WHEN settled THEN 0 WHEN q.origin = 'original' THEN 1 ELSE 2 END AS rank
WITH max(q.id) AS id, collect(q.id) AS ids, collect(rank) AS ranks,
  collect(q.text + coalesce('\n' + q.input, '')) AS texts
WHERE id IS NOT NULL
RETURN id, ids, ranks, texts;
