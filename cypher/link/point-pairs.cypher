// Stored pairs that start at the given knowledge points, packed: one row for each point
// `counts` says how many of $source (documents, problems, both) hold both; pairs that none of them
// holds are left out.
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param source => "documents"
UNWIND $ids AS id
MATCH (a:Concept {id: id})-[r:CO_OCCURS_WITH]->(b:KnowledgePoint)
WITH id, b, CASE $source WHEN 'problems' THEN 0 ELSE coalesce(r.documentCount, 0) END
  + CASE $source WHEN 'documents' THEN 0 ELSE coalesce(r.problemCount, 0) END AS count
WHERE count > 0
RETURN id, collect(b.id) AS others, collect(count) AS counts;
