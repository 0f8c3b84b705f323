// A page of problems that were not compared with all of these benchmarks
// One row holds the page. What a person decided on is left out, and what was dropped before and is
// back: somebody took it back.
// :param after => ""
// :param limit => 5000
// :param domain => "mathematics"
// :param sets => []
MATCH (n:Problem)
WHERE n.id > $after AND n.domain = $domain AND n.status <> 'rejected'
  AND NOT all(one IN $sets WHERE one IN coalesce(n.comparedWith, []))
  AND NOT EXISTS { (n)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
  AND NOT EXISTS { (n)<-[:JUDGES]-(:Verdict {verifier: 'decontaminate', passed: false}) }
WITH n ORDER BY n.id LIMIT $limit
WITH max(n.id) AS id, collect(n.id) AS ids, collect(n.text) AS texts
WHERE id IS NOT NULL
RETURN id, ids, texts;
