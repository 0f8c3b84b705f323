// What a prompt needs to know of passages
// :param ids => []
UNWIND $ids AS id
MATCH (p:Passage {id: id})
RETURN p.id AS id, p.text AS text, p.domain AS domain
ORDER BY id;
