// Question-answer pairs to export, with their whole origin
// One answer a question, not rejected: one that won a vote, else the one of lowest id; samples that
// wait for their vote do not go out, nor do records that a person rejected. Ordered by question.
// :param after => ""
// :param limit => 100
// :param domain => "mathematics"
// :param run => null
// :param method => null
// :param statuses => ["pending", "accepted"]
MATCH (source:Question)
WHERE source.id > $after AND source.domain = $domain AND source.status IN $statuses
  AND ($method IS NULL OR source.method = $method)
  AND ($run IS NULL OR EXISTS { (source)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run {id: $run}) })
  AND true // where
CALL (source) {
  MATCH (a:Answer)-[:ANSWERS]->(source)
  WHERE a.status IN $statuses AND (a.samples IS NULL OR a.votes IS NOT NULL)
    AND ($run IS NULL OR a.origin = 'given'
         OR EXISTS { (a)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(:Run {id: $run}) })
    AND NOT EXISTS { (a)<-[:HAS_PART]-(:Example {status: 'rejected'})-[:HAS_PART]->(source) }
  RETURN a ORDER BY a.votes IS NULL, a.id LIMIT 1
}
WITH source, a ORDER BY source.id LIMIT $limit
RETURN source.id AS id, source.id AS questionId, a.id AS answerId, source.text AS question,
  source.input AS input, a.text AS answer, a.final AS final, source.method AS method,
  source.domain AS domain, source.level AS level, source.subject AS subject,
  source.difficulty AS difficulty, source.origin AS origin, a.agreement AS agreement,
  CASE WHEN source.status = a.status THEN a.status ELSE 'pending' END AS status,
  a.tokens AS answerTokens,
  COLLECT {
    UNWIND [source, a] AS n
    MATCH (n)<-[:JUDGES]-(v:Verdict)
    RETURN {
      on: CASE WHEN n:Question THEN 'question' ELSE 'answer' END, verifier: v.verifier,
      criterion: v.criterion, model: v.model, label: v.label, score: toFloat(v.score),
      passed: v.passed
    } ORDER BY n:Answer, v.verifier, v.criterion, v.model, v.sample, v.id
  } AS verdicts,
  COLLECT {
    MATCH (source)-[:GENERATED_FROM]->{1,4}(d:Document) RETURN DISTINCT d.id ORDER BY d.id
  } AS documentIds,
  COLLECT {
    MATCH (source)-[:GENERATED_FROM]->(:ConceptSet)-[:SAMPLED]->(c:Concept)
    RETURN DISTINCT c.name ORDER BY c.name
  } AS concepts,
  COLLECT { MATCH (source)-[:TESTS]->(c:Concept) RETURN c.name ORDER BY c.name } AS tests,
  head(COLLECT {
    MATCH (source)-[:PRODUCED_BY]->(:Call)-[:PART_OF]->(r:Run)
    RETURN r.id ORDER BY r.id = $run DESC, r.startedAt DESC
  }) AS run,
  head(COLLECT { MATCH (source)-[:PRODUCED_BY]->(k:Call) RETURN k.model }) AS questionModel,
  head(COLLECT { MATCH (a)-[:PRODUCED_BY]->(k:Call) RETURN k.model }) AS answerModel
ORDER BY id;
