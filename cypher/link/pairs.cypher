// Stored pairs that start at the given concepts, packed: one row for each concept and type
// The lists of a row go together by position; a property that is missing is -1 or NaN.
// :param ids => ["0123456789abcdef0123456789abcdef"]
UNWIND $ids AS id
MATCH (a:Concept {id: id})-[r:CO_OCCURS_WITH|COVERS]->(b:Concept)
WITH a.id AS id, type(r) AS type, collect(b.id) AS others,
  collect(coalesce(r.documentCount, -1)) AS documentCounts,
  collect(coalesce(r.problemCount, -1)) AS problemCounts,
  collect(coalesce(r.listed, -1)) AS listed,
  collect(coalesce(r.weight, toFloat('NaN'))) AS weights
RETURN id, type, others, documentCounts, problemCounts, listed, weights;
