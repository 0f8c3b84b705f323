// How many texts there are to compare, and how many questions of a domain are open
// Open: not yet compared at this threshold or a lower one, and not settled. Settled questions are
// never dropped: accepted, exported, answered, or taken back by a person after they were dropped.
// :param domain => "mathematics"
// :param threshold => 0.7
CALL () {
  MATCH (q:Question) WHERE q.status <> 'rejected'
  RETURN count(q) AS questions, count(
    CASE WHEN q.domain = $domain AND q.status <> 'accepted' AND q.copyOf IS NULL
      AND (q.distinctAt IS NULL OR q.distinctAt > $threshold)
      AND NOT EXISTS { (q)<-[:ANSWERS]-(a:Answer) WHERE a.status <> 'rejected' }
      AND NOT EXISTS { (q)<-[:HAS_PART]-(:Example) } THEN 1 END
  ) AS open
}
CALL () {
  MATCH (p:Problem) WHERE p.status <> 'rejected'
  RETURN count(p) AS problems
}
RETURN questions, open, problems;
