// Strongest pairs: the concepts of one kind that meet in most documents
// Among pairs that meet equally often, first those that are seldom met apart (Jaccard). The kind
// is "KnowledgePoint", "Topic" or "Concept" (both).
// :param kind => "KnowledgePoint"
// :param limit => 30
MATCH (a:Concept)-[r:CO_OCCURS_WITH]->(b:Concept)
WHERE $kind IN labels(a)
WITH a, r, b, r.documentCount AS both
WITH a, r, b, both, toFloat(both) / (a.documentCount + b.documentCount - both) AS jaccard
ORDER BY both DESC, jaccard DESC, a.name, b.name LIMIT $limit
RETURN a.name AS one, b.name AS other, both AS documents, round(jaccard, 3) AS jaccard, a, r, b;
