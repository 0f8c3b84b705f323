// Which of some documents are in the graph, with the ids they were given
// :param ids => ["0123456789abcdef0123456789abcdef"]
UNWIND $ids AS id
MATCH (s:Document {id: id})
RETURN s.id AS id, s.externalIds AS externalIds, s.domain AS domain;
