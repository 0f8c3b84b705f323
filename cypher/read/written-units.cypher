// Texts that a task wrote on the units of the syllabi which are drawn now
// :param task => ""
// :param domain => "mathematics"
MATCH (:Call {task: $task})<-[:PRODUCED_BY]-(p:Passage)-[:GENERATED_FROM]->(unit:Passage)
WHERE unit.method = 'syllabus' AND unit.domain = $domain AND unit.position IS NOT NULL
  AND p.status <> 'rejected'
RETURN p.id AS id, p.text AS text
ORDER BY id;
