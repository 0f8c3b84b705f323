// What a prompt needs to know of documents
// :param ids => []
UNWIND $ids AS id
MATCH (d:Document {id: id})
RETURN d.id AS id, d.title AS title, d.text AS text, d.domain AS domain
ORDER BY id;
