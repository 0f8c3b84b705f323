// Bridges: topics that hold parts of the graph together
// With communities (Concept.community): how many of its nearest topics lie in another community.
// Without: how many pairs of its nearest topics never meet each other, so that the way from one to
// the other leads through it. Looked at are the candidates, the topics that meet most others, each
// with the neighbours it meets most.
// :param candidates => 200
// :param neighbours => 8
// :param limit => 5
MATCH (t:Topic)
WITH t ORDER BY t.degree DESC, t.name LIMIT $candidates
CALL (t) {
  MATCH (t)-[r:CO_OCCURS_WITH]-(near:Topic)
  RETURN r, near ORDER BY r.documentCount DESC, near.degree DESC, near.name LIMIT $neighbours
}
WITH t, collect(r) AS meets, collect(near) AS nearest
WITH t, meets, nearest,
  size([near IN nearest WHERE near.community <> t.community]) AS foreign,
  COUNT {
    UNWIND nearest AS one
    UNWIND nearest AS other
    WITH one, other
    WHERE one.id < other.id AND NOT EXISTS { (one)-[:CO_OCCURS_WITH]-(other) }
    RETURN 1
  } AS apart
WITH t, meets, nearest, CASE WHEN t.community IS NULL THEN apart ELSE foreign END AS bridged
ORDER BY bridged DESC, t.name LIMIT $limit
RETURN t.name AS topic, bridged, [near IN nearest | near.name] AS between, t, meets, nearest;
