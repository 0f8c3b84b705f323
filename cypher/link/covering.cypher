// Topics that cover a knowledge point, packed
MATCH (t:Topic) WHERE EXISTS { (t)-[:COVERS]->(:KnowledgePoint) }
RETURN collect(t.id) AS topics;
