// Which of some documents are in the graph, with the ids they were given
// `split` is the budget in tokens of the parts that a document was cut into, if it was.
// :param ids => ["0123456789abcdef0123456789abcdef"]
UNWIND $ids AS id
MATCH (s:Document {id: id})
RETURN s.id AS id, s.externalIds AS externalIds, s.domain AS domain,
  head(COLLECT { MATCH (s)<-[r:PART_OF]-(:Document) RETURN r.split LIMIT 1 }) AS split;
