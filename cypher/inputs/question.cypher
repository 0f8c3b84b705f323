// What a prompt needs to know of questions
// :param ids => []
UNWIND $ids AS id
MATCH (q:Question {id: id})
RETURN q.id AS id, q.text AS text, q.input AS input, q.domain AS domain,
  q.level AS level, q.subject AS subject
ORDER BY id;
