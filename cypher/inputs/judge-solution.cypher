// What a judge needs to know of answers: the text, and the question
// :param ids => []
UNWIND $ids AS id
MATCH (a:Answer {id: id})-[:ANSWERS]->(q:Question)
RETURN a.id AS id, a.text AS solution, q.id AS question, q.text AS text, q.input AS input
ORDER BY id;
