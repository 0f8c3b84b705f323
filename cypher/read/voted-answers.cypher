// Answers that won the vote of their samples, with the finals of the others, and what was decided
// In order of id behind $after; the others are those of the same prompt, model and parameters.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param method => null
MATCH (answer:Answer)-[:ANSWERS]->(source:Question)
USING INDEX answer:Answer(id)
WHERE answer.id > $after AND source.domain = $domain AND answer.votes > 0
  AND ($method IS NULL OR source.method = $method)
  AND true // where
WITH answer, source ORDER BY answer.id LIMIT $limit
MATCH (answer)-[:PRODUCED_BY]->(c:Call)
RETURN answer.id AS id, answer.final AS final, answer.votes AS votes,
  answer.agreement AS agreement,
  COLLECT {
    MATCH (source)<-[:ANSWERS]-(other:Answer)-[:PRODUCED_BY]->(:Call {task: c.task})
    WHERE other.votes = 0 AND other.final IS NOT NULL RETURN other.final
  } AS others,
  head(COLLECT {
    MATCH (answer)<-[:JUDGES]-(v:Verdict {verifier: 'majority'}) RETURN v {.score, .label, .passed}
  }) AS decided
ORDER BY id;
