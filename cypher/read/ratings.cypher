// The mean rating of every document that a task rated: [id, mean], packed
// :param task => ""
// :param domain => "mathematics"
MATCH (:Call {task: $task})<-[:PRODUCED_BY]-(v:Verdict)-[:JUDGES]->(d:Document)
WHERE d.domain = $domain AND v.score IS NOT NULL
WITH d.id AS id, avg(v.score) AS mean ORDER BY id
RETURN collect([id, mean]) AS ratings;
