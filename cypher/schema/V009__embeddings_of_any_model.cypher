// Vector index over concept embeddings of whatever model, in place of one of 384 dimensions
// Only embeddings of the length of the vector that is searched with are compared.
// auto-commit
DROP INDEX concept_embedding_vector IF EXISTS;
CREATE VECTOR INDEX concept_embedding_vector IF NOT EXISTS FOR (n:Concept) ON (n.embedding)
OPTIONS {indexConfig: {`vector.similarity_function`: 'cosine'}};
