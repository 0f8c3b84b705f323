// How many calls of a task were set aside by `retry` or `reparse`
// :param task => ""
MATCH (c:Call {retired: $task})
RETURN count(c) AS calls;
