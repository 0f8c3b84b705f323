// Neighbours that the given concepts are stored with, and how likely each is, packed
// One row for each concept and type; the lists go together by position. A walk's probability is
// proportional to exp(weight) = count + eps.
// :param ids => ["0123456789abcdef0123456789abcdef"]
// :param types => ["CO_OCCURS_WITH", "COVERS"]
UNWIND $ids AS id
MATCH (a:Concept {id: id})-[r:CO_OCCURS_WITH|COVERS]->(b:Concept)
WHERE r.weight IS NOT NULL AND type(r) IN $types
RETURN a.id AS id, type(r) AS type, collect(b.id) AS others, collect(exp(r.weight)) AS weights;
