// The funnel: what every step took in, kept and dropped, by reason
// One row a step and reason; `kept` rows have no reason. `select` counts documents, where it decided
// on any, not the calls that it made for that.
// :param domain => "mathematics"
CALL () {
  MATCH (n:Document|Problem) WHERE n.domain = $domain
  RETURN 'ingest' AS step, null AS reason, count(n) AS number
  UNION ALL
  MATCH (n:Document|Problem) WHERE n.domain = $domain AND n.status = 'rejected'
    AND NOT coalesce(n.reason, '') STARTS WITH 'decontaminate: '
  RETURN CASE n.reason WHEN 'split into parts' THEN 'ingest' ELSE 'select' END AS step,
    n.reason AS reason, count(n) AS number
  UNION ALL
  MATCH (x:Rejected {step: 'ingest'})
  RETURN 'ingest' AS step, x.reason AS reason, count(x) AS number
  UNION ALL
  MATCH (d:Document) WHERE d.domain = $domain
  WITH count(CASE WHEN d.status <> 'rejected' THEN 1 END) AS kept, count(d.score)
    + count(CASE WHEN d.status = 'rejected' AND coalesce(d.reason, '') <> 'split into parts'
      AND NOT coalesce(d.reason, '') STARTS WITH 'decontaminate: ' THEN 1 END) AS decided
  WHERE decided > 0
  RETURN 'select' AS step, null AS reason, kept AS number
  UNION ALL
  MATCH (c:Call) WHERE c.status = 'ok' AND NOT c.step IN ['merge', 'verify', 'select']
  RETURN c.step AS step, null AS reason, count(c) AS number
  UNION ALL
  MATCH (x:Rejected)-[:PRODUCED_BY]->(:Call) WHERE x.step <> 'select'
  RETURN x.step AS step, CASE x.step WHEN 'verify' THEN 'no vote: ' ELSE '' END + x.reason AS reason,
    count(x) AS number
  UNION ALL
  MATCH (q:Question)-[:PRODUCED_BY]->(c:Call {status: 'rejected'})
  WHERE q.status = 'rejected'
  RETURN c.step AS step, q.reason AS reason, count(DISTINCT c) AS number
  UNION ALL
  MATCH (c:Concept) WHERE c.domain = $domain AND NOT EXISTS { (c)-[:MERGED_INTO]->() }
  WITH CASE c.status WHEN 'rejected' THEN coalesce(c.reason, 'rejected') END AS reason, c
  RETURN 'merge' AS step, reason, count(c) AS number
  UNION ALL
  MATCH (c:Concept)-[m:MERGED_INTO]->() WHERE c.domain = $domain
  WITH c, coalesce(m.decidedBy, 'person') AS by
  RETURN 'merge' AS step, CASE by WHEN 'rule' THEN 'merged into another spelling (rule)'
    ELSE 'merged into another name (' + by + ')' END AS reason, count(DISTINCT c) AS number
  UNION ALL
  MATCH (:Concept {domain: $domain})-[r:CO_OCCURS_WITH|COVERS]->()
  RETURN 'link' AS step, null AS reason, count(r) AS number
  UNION ALL
  MATCH (s:ConceptSet) WHERE s.domain = $domain
  RETURN 'sample' AS step, null AS reason, count(s) AS number
  UNION ALL
  MATCH (s:ConceptSet) WHERE s.domain = $domain
  WITH s, EXISTS { (s)-[:GROUNDED_IN]->() } AS grounded
  WHERE grounded OR s.strategy = 'walk'  // combinations of problems need no document
  WITH grounded, count(s) AS number
  RETURN 'ground' AS step, CASE WHEN grounded THEN null ELSE 'not grounded' END AS reason, number
  UNION ALL
  MATCH (q:Question) WHERE q.domain = $domain AND q.similarity IS NOT NULL
    AND q.status = 'rejected'
  RETURN 'dedup' AS step, q.reason AS reason, count(q) AS number
  UNION ALL
  MATCH (q:Question) WHERE q.domain = $domain AND q.distinctAt IS NOT NULL
    AND q.status <> 'rejected'
  RETURN 'dedup' AS step, null AS reason, count(q) AS number
  UNION ALL
  MATCH (q:Question) WHERE q.domain = $domain AND q.decided IN ['accepted', 'rejected']
    AND NOT coalesce(q.reason, '') STARTS WITH 'decontaminate: '
  RETURN 'verify' AS step, q.reason AS reason, count(q) AS number
  UNION ALL
  MATCH (a:Answer)-[:ANSWERS]->(q:Question|Problem)
  WHERE a.decided IN ['accepted', 'rejected'] AND q.domain = $domain
  RETURN 'verify' AS step, a.reason AS reason, count(DISTINCT a) AS number
  UNION ALL
  MATCH (n:Question|Problem|Document|Passage)
  WHERE n.domain = $domain AND n.comparedWith IS NOT NULL AND n.status <> 'rejected'
  RETURN 'decontaminate' AS step, null AS reason, count(n) AS number
  UNION ALL
  MATCH (n:Question|Problem|Document|Passage)
  WHERE n.domain = $domain AND n.status = 'rejected' AND n.reason STARTS WITH 'decontaminate: '
  RETURN 'decontaminate' AS step, n.reason AS reason, count(n) AS number
  UNION ALL
  MATCH (e:Example) WHERE e.status <> 'rejected'
  RETURN 'export' AS step, null AS reason, count(e) AS number
}
WITH step, reason, sum(number) AS number WHERE number > 0
RETURN step, reason, number
ORDER BY step, reason;
