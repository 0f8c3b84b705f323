// Uniqueness of every id
// One constraint per label; ids are content hashes (32 hex characters), far below the 8,164 bytes
// that a range key may hold.
// auto-commit
CREATE CONSTRAINT document_id_unique IF NOT EXISTS
FOR (n:Document) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT problem_id_unique IF NOT EXISTS
FOR (n:Problem) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT concept_id_unique IF NOT EXISTS
FOR (n:Concept) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT concept_set_id_unique IF NOT EXISTS
FOR (n:ConceptSet) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT question_id_unique IF NOT EXISTS
FOR (n:Question) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT answer_id_unique IF NOT EXISTS
FOR (n:Answer) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT explanation_id_unique IF NOT EXISTS
FOR (n:Explanation) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT persona_id_unique IF NOT EXISTS
FOR (n:Persona) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT passage_id_unique IF NOT EXISTS
FOR (n:Passage) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT verdict_id_unique IF NOT EXISTS
FOR (n:Verdict) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT example_id_unique IF NOT EXISTS
FOR (n:Example) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT dataset_id_unique IF NOT EXISTS
FOR (n:Dataset) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT call_id_unique IF NOT EXISTS
FOR (n:Call) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT run_id_unique IF NOT EXISTS
FOR (n:Run) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT rejected_id_unique IF NOT EXISTS
FOR (n:Rejected) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT migration_id_unique IF NOT EXISTS
FOR (n:Migration) REQUIRE n.id IS UNIQUE;
