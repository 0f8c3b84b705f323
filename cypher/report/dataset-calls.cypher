// Models and prompts that wrote or judged the items of a dataset
// `items` are questions, answers and verdicts that stand in the dataset or judge what does.
// :param dataset => ""
MATCH (:Dataset {id: $dataset})-[:CONTAINS]->(:Example)-[:HAS_PART]->(part)
CALL (part) {
  RETURN part AS item
  UNION ALL MATCH (part)<-[:JUDGES]-(v:Verdict) RETURN v AS item
}
WITH DISTINCT item
MATCH (item)-[:PRODUCED_BY]->(c:Call)
RETURN c.step AS step, c.role AS role, c.method AS method, c.prompt AS prompt,
  c.promptHash AS promptHash, c.model AS model, c.temperature AS temperature,
  count(DISTINCT item) AS items
ORDER BY step, role, items DESC, method, prompt, promptHash, model, temperature;
