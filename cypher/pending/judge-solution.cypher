// Answers that a judge has not been asked about; `source` is the question
// In order of id behind $after; `method` keeps those to the questions of one method. Left out are
// answers to a rejected question, samples that wait for their vote, what somebody else decided (a
// person, a parser, a vote), and what another verifier rejected.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param method => null
MATCH (answer:Answer)-[:ANSWERS]->(source:Question)
USING INDEX answer:Answer(id)
WHERE answer.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND ($method IS NULL OR source.method = $method)
  AND answer.text IS NOT NULL AND (answer.samples IS NULL OR answer.votes IS NOT NULL)
  AND answer.status = coalesce(answer.decided, 'pending')
  AND (answer.status <> 'rejected' OR answer.reason STARTS WITH 'judges: ')
  AND NOT EXISTS { (answer)<-[:USED {position: 0}]-(:Call {task: $task}) }
  AND true // where
RETURN answer.id AS id
ORDER BY id LIMIT $limit;
