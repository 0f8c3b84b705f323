// What the examples of a dataset come from, by licence and language; null is unknown
// :param dataset => ""
CALL () {
  MATCH (:Dataset {id: $dataset})-[:CONTAINS]->(:Example)-[:HAS_PART {role: 'question'}]->(q)
  MATCH (q)-[:GENERATED_FROM]->{1,4}(d:Document)
  WITH DISTINCT d
  RETURN 'documents' AS source, null AS kind, d.licence AS licence, d.language AS language,
    count(d) AS number
  UNION ALL
  MATCH (:Dataset {id: $dataset})-[:CONTAINS]->(:Example)-[:HAS_PART {role: 'question'}]->(q)
  MATCH (q)-[:GENERATED_FROM]->{1,4}(p:Problem)
  WITH DISTINCT p
  RETURN 'problems' AS source, null AS kind, p.licence AS licence, p.language AS language,
    count(p) AS number
  UNION ALL
  MATCH (:Dataset {id: $dataset})-[:CONTAINS]->(:Example)-[:HAS_PART {role: 'question'}]->(q)
  MATCH (q)-[:GENERATED_FROM]->{1,4}(s:ConceptSet)
  WITH DISTINCT s
  RETURN 'concept sets' AS source, s.strategy AS kind, null AS licence, null AS language,
    count(s) AS number
}
RETURN source, kind, licence, language, number
ORDER BY source, number DESC, kind, licence, language;
