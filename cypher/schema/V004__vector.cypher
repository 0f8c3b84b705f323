// Vector index over concept embeddings (all-MiniLM-L6-v2: 384 dimensions)
// The score of a cosine index is (1 + cosine) / 2.
// auto-commit
CREATE VECTOR INDEX concept_embedding_vector IF NOT EXISTS FOR (n:Concept) ON (n.embedding)
OPTIONS {indexConfig: {`vector.dimensions`: 384, `vector.similarity_function`: 'cosine'}};
