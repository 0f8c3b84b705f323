// Indexes for what the steps and people look up
// Statuses for the funnel, external ids for `ingest concepts`, names for people, text hashes for
// exact copies, the start of every walk for what is missing.
// auto-commit
CREATE INDEX document_domain IF NOT EXISTS FOR (n:Document) ON (n.domain);
CREATE INDEX problem_domain IF NOT EXISTS FOR (n:Problem) ON (n.domain);
CREATE INDEX concept_name IF NOT EXISTS FOR (n:Concept) ON (n.name);
CREATE INDEX topic_name IF NOT EXISTS FOR (n:Topic) ON (n.name);
CREATE INDEX knowledge_point_name IF NOT EXISTS FOR (n:KnowledgePoint) ON (n.name);
CREATE INDEX concept_set_strategy IF NOT EXISTS FOR (n:ConceptSet) ON (n.strategy, n.seed, n.epoch);
CREATE INDEX question_status IF NOT EXISTS FOR (n:Question) ON (n.status);
CREATE INDEX question_method IF NOT EXISTS FOR (n:Question) ON (n.method);
CREATE INDEX question_text_key IF NOT EXISTS FOR (n:Question) ON (n.textKey);
CREATE INDEX answer_status IF NOT EXISTS FOR (n:Answer) ON (n.status);
CREATE INDEX call_task IF NOT EXISTS FOR (n:Call) ON (n.task);
CREATE INDEX call_step IF NOT EXISTS FOR (n:Call) ON (n.step);
CREATE INDEX rejected_step IF NOT EXISTS FOR (n:Rejected) ON (n.step);
CREATE LOOKUP INDEX node_label_lookup IF NOT EXISTS FOR (n) ON EACH labels(n);
