// The whole lineage of an example, question or answer, in one match
// From the exported row back to documents, concepts, walk, prompt, model, run and verdicts.
// :param id => ""
CALL () {
  MATCH (:Example {id: $id})-[:HAS_PART]->(q:Question) RETURN q
  UNION MATCH (q:Question {id: $id}) RETURN q
  UNION MATCH (:Answer {id: $id})-[:ANSWERS]->(q:Question) RETURN q
}
OPTIONAL MATCH (q)-[:PRODUCED_BY]->(call:Call)
OPTIONAL MATCH (q)-[:GENERATED_FROM]->(set:ConceptSet)
RETURN q {.id, .text, .method, .status, .reason} AS question,
  call {.id, .step, .role, .prompt, .promptHash, .model, .temperature, .inputTokens,
        .outputTokens, .finishReason} AS call,
  COLLECT {
    MATCH (call)-[:PART_OF]->(r:Run)
    RETURN r {.id, .recipe, .version, .seed, startedAt: toString(r.startedAt)} ORDER BY r.startedAt
  } AS runs,
  set {.id, .strategy, .seed, .epoch, .ordinal} AS conceptSet,
  COLLECT {
    MATCH (set)-[s:SAMPLED]->(c:Concept)
    RETURN {position: s.position, previous: s.previous, name: c.name, id: c.id,
            kind: CASE WHEN c:Topic THEN 'Topic' ELSE 'KnowledgePoint' END}
    ORDER BY s.position
  } AS walk,
  COLLECT {
    MATCH (q)-[:GENERATED_FROM]->{1,4}(d:Document)
    OPTIONAL MATCH (set)-[g:GROUNDED_IN]->(d)
    RETURN DISTINCT {id: d.id, title: d.title, source: d.source, externalIds: d.externalIds,
            licence: d.licence, rank: g.rank, jaccard: g.jaccard} AS document
    ORDER BY document.rank, document.id
  } AS documents,
  COLLECT {
    MATCH (q)-[:GENERATED_FROM]->(o:Question) RETURN o {.id, .text, .method} ORDER BY o.id
  } AS questions,
  head(COLLECT { MATCH (q)-[:IN_VOICE_OF]->(p:Persona) RETURN p.text }) AS persona,
  COLLECT { MATCH (q)-[:TESTS]->(c:Concept) RETURN c.name ORDER BY c.name } AS tests,
  COLLECT {
    MATCH (a:Answer)-[:ANSWERS]->(q)
    OPTIONAL MATCH (a)-[:PRODUCED_BY]->(k:Call)
    RETURN {id: a.id, text: a.text, final: a.final, status: a.status, reason: a.reason,
            votes: a.votes, samples: a.samples, origin: a.origin, model: k.model,
            prompt: k.prompt, promptHash: k.promptHash, call: k.id,
            runs: COLLECT { MATCH (k)-[:PART_OF]->(r:Run) RETURN r.id ORDER BY r.id }}
    ORDER BY a.id
  } AS answers,
  COLLECT {
    MATCH (v:Verdict)-[:JUDGES]->(q)
    RETURN v {.id, .verifier, .criterion, .model, .score, .label, .passed, .reason} AS verdict
    UNION
    MATCH (q)<-[:ANSWERS]-(:Answer)<-[:JUDGES]-(v:Verdict)
    RETURN v {.id, .verifier, .criterion, .model, .score, .label, .passed, .reason} AS verdict
  } AS verdicts,
  COLLECT {
    MATCH (e:Example)-[:HAS_PART]->(q)
    OPTIONAL MATCH (d:Dataset)-[:CONTAINS]->(e)
    RETURN {id: e.id, dataset: d.name} ORDER BY e.id
  } AS examples;
