// Topics and the number of documents they share
// :param limit => 60
MATCH p = (:Topic)-[r:CO_OCCURS_WITH]->(:Topic)
RETURN p ORDER BY r.documentCount DESC LIMIT $limit;
