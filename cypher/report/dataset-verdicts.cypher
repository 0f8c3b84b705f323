// Verdicts on the questions and answers of a dataset, by verifier
// A verdict without `passed` is a vote, or a measurement that failed, and decides nothing.
// :param dataset => ""
MATCH (:Dataset {id: $dataset})-[:CONTAINS]->(:Example)-[:HAS_PART]->(part)
WITH DISTINCT part
MATCH (part)<-[:JUDGES]-(v:Verdict)
RETURN v.verifier AS verifier, v.criterion AS criterion, v.model AS model,
  CASE WHEN part:Question THEN 'questions' ELSE 'answers' END AS of,
  count(CASE WHEN v.passed THEN 1 END) AS passed,
  count(CASE WHEN NOT v.passed THEN 1 END) AS failed,
  count(CASE WHEN v.passed IS NULL THEN 1 END) AS undecided,
  avg(v.score) AS meanScore
ORDER BY verifier, criterion, model, of;
