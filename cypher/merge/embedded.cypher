// Embeddings of concepts, with the name and the model that they were made of
// :param rows => []
// :param model => "all-MiniLM-L6-v2"
UNWIND $rows AS row
MATCH (c:Concept {id: row.id})
CALL db.create.setNodeVectorProperty(c, 'embedding', row.embedding)
SET c.embeddingOf = row.name, c.embeddingModel = $model;
