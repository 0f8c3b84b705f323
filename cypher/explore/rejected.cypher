// Rejected items with their reasons, the call that made them and what it was asked about
// Outputs that could not be used, and questions and answers that were judged bad; only those
// whose reason contains the text.
// :param reason => ""
// :param limit => 25
WITH $reason AS wanted
CALL () {
  MATCH (item:Rejected) RETURN item
  UNION ALL MATCH (item:Question {status: 'rejected'}) RETURN item
  UNION ALL MATCH (item:Answer {status: 'rejected'}) RETURN item
}
WITH item WHERE wanted = '' OR item.reason CONTAINS wanted
ORDER BY item.createdAt DESC, item.id LIMIT $limit
OPTIONAL MATCH (item)-[made:PRODUCED_BY]->(call:Call)
OPTIONAL MATCH (call)-[used:USED]->(source)
RETURN labels(item)[0] AS item, item.reason AS reason, call.step AS step, call.model AS model,
  item AS node, made, call, collect(used) AS used, collect(source) AS sources;
