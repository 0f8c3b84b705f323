// The documents that a round of `select` lets the model rate, in place of those of another round
// One row: the round and its documents.
// :param rows => []
// :param domain => "mathematics"
UNWIND $rows AS row
CALL (row) {
  MATCH (old:Document) WHERE old.domain = $domain AND old.round IS NOT NULL
    AND NOT old.id IN row.ids
  REMOVE old.round
}
UNWIND row.ids AS id
MATCH (d:Document {id: id})
SET d.round = row.round;
