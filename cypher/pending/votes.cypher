// Questions whose samples are all there and wait for the vote, with their answers in order
// Answers of an earlier vote among fewer samples take part again; those that a person or a
// verifier judged do not.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param samples => 8
// :param outvoted => []
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain
WITH source, COLLECT {
  MATCH (source)<-[:USED]-(c:Call {task: $task}) WHERE coalesce(c.ordinal, 0) < $samples RETURN c
} AS calls
WHERE size(calls) >= $samples
WITH source, calls, COLLECT {
  UNWIND calls AS c
  MATCH (c)<-[:PRODUCED_BY]-(a:Answer)-[:ANSWERS]->(source)
  WHERE a.status = 'pending' OR (a.status = 'rejected' AND a.reason IN $outvoted)
  RETURN {
    id: a.id, call: c.id, ordinal: coalesce(c.ordinal, 0), final: a.final, votes: a.votes,
    status: a.status, bare: a.text IS NULL
  } ORDER BY coalesce(c.ordinal, 0), a.id
} AS answers
WHERE any(a IN answers WHERE a.status = 'pending' AND a.votes IS NULL)
RETURN source.id AS id, size(calls) AS asked, answers
ORDER BY id LIMIT $limit;
