// Failed calls of a judge whose item was asked about again fewer than `retries` times
// :param task => ""
// :param retries => 1
MATCH (call:Call {task: $task, status: 'rejected'})-[:USED {position: 0}]->(item)
WHERE COUNT { (item)<-[:USED {position: 0}]-(:Call {retired: $task}) } < $retries
RETURN collect(call.id) AS calls;
