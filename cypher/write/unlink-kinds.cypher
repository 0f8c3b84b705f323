// Deletes all pairs of concepts, or all but those between topics
// auto-commit
// :param topics => true
MATCH (:Concept)-[r:CO_OCCURS_WITH|COVERS]->(b:Concept) WHERE NOT ($topics AND b:Topic)
CALL (r) { DELETE r } IN TRANSACTIONS OF 20000 ROWS;
