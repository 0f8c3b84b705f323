// Items dropped for a benchmark beside what they were matched with, the least similar first
// A false alarm is among the first: `kgsynth accept ID` takes the item back, for good. `way` narrows
// to exact, embedded, renumbered, reworded, embedding or model.
// :param way => ""
// :param limit => 25
MATCH (v:Verdict {verifier: 'decontaminate', passed: false})-[judges:JUDGES]->(item)
WHERE $way = '' OR v.label = $way
WITH v, judges, item ORDER BY v.score, item.id LIMIT $limit
RETURN v.score AS score, v.label AS way, item.id AS id, item.text AS text, v.matched AS matched,
  v.benchmark AS benchmark, v.benchmarkItem AS benchmarkItem, item.status AS status,
  item, judges, v AS verdict
ORDER BY score, id;
