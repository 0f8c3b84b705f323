// What a dataset holds: its examples by one field after the other
// :param dataset => ""
MATCH (:Dataset {id: $dataset})-[x:CONTAINS]->(e:Example)
MATCH (e)-[:HAS_PART {role: 'question'}]->(q:Question)
MATCH (e)-[:HAS_PART {role: 'answer'}]->(a:Answer)
UNWIND [
  ['split', x.split], ['method', q.method], ['origin', q.origin], ['level', q.level],
  ['subject', q.subject], ['difficulty', q.difficulty],
  ['status', CASE WHEN q.status = a.status THEN a.status ELSE 'pending' END]
] AS pair
RETURN pair[0] AS field, pair[1] AS value, count(*) AS examples, sum(a.tokens) AS answerTokens,
  count(a.tokens) AS counted
ORDER BY field, examples DESC, value;
