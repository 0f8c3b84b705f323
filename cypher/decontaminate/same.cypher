// Items that the model called the same as a benchmark item in both orders, with the nearest such
// :param set => ""
// :param task => ""
MATCH (v:Verdict {verifier: 'decontaminate', criterion: $set, label: 'neighbour'})-[:JUDGES]->(n)
WHERE n.status <> 'rejected' AND all(ordinal IN [2 * v.sample, 2 * v.sample + 1] WHERE EXISTS {
  (n)<-[:JUDGES]-(:Verdict {verifier: 'decontaminate', criterion: $set, label: 'same',
                            sample: ordinal})-[:PRODUCED_BY]->(:Call {task: $task})
})
WITH n.id AS id, v ORDER BY v.sample
WITH id, head(collect(v)) AS v
RETURN id, v.score AS score, v.matched AS text, v.benchmark AS file, v.benchmarkItem AS item
ORDER BY id;
