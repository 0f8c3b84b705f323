// Deletes K_HOP relationships: of one distance, or all for null
// auto-commit
// :param hops => null
MATCH (:KnowledgePoint)-[r:K_HOP]->(:KnowledgePoint)
WHERE $hops IS NULL OR r.hops = $hops
CALL (r) { DELETE r } IN TRANSACTIONS OF 10000 ROWS;
