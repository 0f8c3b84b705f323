// The judges of whom votes are stored, with their models and how many votes
// :param domain => "mathematics"
CALL () {
  MATCH (v:Verdict {verifier: 'judges'})-[:JUDGES]->(q:Question)
  WHERE v.judge IS NOT NULL AND v.score IS NOT NULL AND q.domain = $domain
  RETURN v.judge AS judge, v.model AS model, v.criterion AS criterion, count(*) AS votes
  UNION ALL
  MATCH (v:Verdict {verifier: 'judges'})-[:JUDGES]->(:Answer)-[:ANSWERS]->(q:Question)
  WHERE v.judge IS NOT NULL AND v.score IS NOT NULL AND q.domain = $domain
  RETURN v.judge AS judge, v.model AS model, v.criterion AS criterion, count(*) AS votes
}
RETURN judge, model, criterion, votes
ORDER BY judge, model, criterion;
