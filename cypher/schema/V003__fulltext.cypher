// Full-text search in Browser: question texts and concept names
// auto-commit
CREATE FULLTEXT INDEX question_text_fulltext IF NOT EXISTS FOR (n:Question) ON EACH [n.text];
CREATE FULLTEXT INDEX concept_name_fulltext IF NOT EXISTS FOR (n:Concept) ON EACH [n.name];
