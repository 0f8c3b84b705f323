// How the concept graph was linked: one node
// auto-commit
CREATE CONSTRAINT concept_graph_id_unique IF NOT EXISTS
FOR (n:ConceptGraph) REQUIRE n.id IS UNIQUE;
