// How many pairs the concept graph holds
MATCH ()-[r:CO_OCCURS_WITH|COVERS]->()
RETURN count(r) AS pairs;
