// How many items of a task are not rejected
// :param task => ""
MATCH (c:Call {task: $task})<-[:PRODUCED_BY]-(n:Question|Answer|Explanation|Passage)
WHERE n.status <> 'rejected'
RETURN count(n) AS items;
