// Answers with code (or without, as `code` says) whose program has not been run; `source` is the question
// In order of id behind $after; `method` keeps those to the questions of one method. Left out are
// answers to a rejected question, samples that wait for their vote, and what is rejected or somebody
// else decided. `again` takes those too that were run and could not be judged.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param method => null
// :param code => true
// :param again => false
MATCH (answer:Answer)-[:ANSWERS]->(source:Question)
WHERE answer.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND ($method IS NULL OR source.method = $method)
  AND answer.text IS NOT NULL AND (answer.samples IS NULL OR answer.votes IS NOT NULL)
  AND answer.status <> 'rejected' AND answer.status = coalesce(answer.decided, 'pending')
  AND $code = (answer.program IS NOT NULL OR answer.text CONTAINS '```' OR answer.text CONTAINS '~~~')
  AND NOT EXISTS {
    (answer)<-[:JUDGES]-(v:Verdict {verifier: 'python'}) WHERE v.passed IS NOT NULL OR NOT $again
  }
  AND true // where
RETURN answer.id AS id, answer.text AS text, answer.program AS program, answer.final AS final,
  source.text + coalesce('\n\n' + source.input, '') AS question
ORDER BY id LIMIT $limit;
