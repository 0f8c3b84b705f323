// Answers with what is known of their question; `source` is the question or seed problem
// In order of id behind $after; `method` keeps those to the questions of one method. What is known is
// the question's `reference`, else the final answers that came with it. Left out are given answers,
// samples that wait for their vote, what somebody else decided or rejected, and what was compared
// with the same reference already (`again`: unless nothing could be said). `known` false: answers to
// questions of which nothing is known.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param method => null
// :param known => true
// :param again => false
MATCH (answer:Answer)-[:ANSWERS]->(source:Question|Problem)
WHERE answer.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND ($method IS NULL OR source.method = $method)
  AND coalesce(answer.origin, 'generated') <> 'given'
  AND (answer.samples IS NULL OR answer.votes IS NOT NULL)
  AND answer.status = coalesce(answer.decided, 'pending')
  AND (answer.status <> 'rejected' OR answer.reason STARTS WITH 'known-answer: ')
  AND true // where
WITH answer, CASE WHEN source.reference IS NOT NULL THEN [source.reference] ELSE COLLECT {
  MATCH (given:Answer {origin: 'given'})-[:ANSWERS]->(source)
  WHERE given.final IS NOT NULL
  RETURN DISTINCT given.final AS final ORDER BY final
} END AS finals
WITH answer, finals, reduce(text = '', final IN finals | text + final + '\n') AS reference
WHERE (size(finals) > 0) = $known AND NOT EXISTS {
  (answer)<-[:JUDGES]-(v:Verdict {verifier: 'known-answer', reference: reference})
  WHERE v.passed IS NOT NULL OR NOT $again
}
RETURN answer.id AS id, answer.final AS final, finals, reference
ORDER BY id LIMIT $limit;
