// What a judge needs to know of questions and their candidate answers, outvoted ones too
// :param ids => []
UNWIND $ids AS id
MATCH (q:Question {id: id})
RETURN q.id AS id, q.text AS text, q.input AS input, COLLECT {
  MATCH (a:Answer)-[:ANSWERS]->(q)
  WHERE a.text IS NOT NULL AND (a.samples IS NULL OR a.votes IS NOT NULL)
    AND ((a.status = coalesce(a.decided, 'pending')
        AND (a.status <> 'rejected' OR a.reason STARTS WITH 'judge: '))
      OR (a.votes = 0 AND a.decided IS NULL))
  RETURN {id: a.id, text: a.text} ORDER BY a.id
} AS answers
ORDER BY id;
