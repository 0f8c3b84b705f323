// Parts of documents; a document that is first cut into parts is set aside for them
// A row is a document and its parts as [id, position]; $split is the budget in tokens. It is rejected
// as split, unless a person decided on it. A part of several documents shows its lowest position.
// :param rows => [{"id": "0123456789abcdef0123456789abcdef", "parts": [["1123456789abcdef0123456789abcdef", 0]]}]
// :param split => 1000
UNWIND $rows AS row
MATCH (whole:Document {id: row.id})
CALL (whole) {
  WITH whole WHERE whole.status <> 'accepted' AND NOT EXISTS { (whole)<-[:PART_OF]-(:Document) }
    AND NOT EXISTS { (whole)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
  SET whole.status = 'rejected', whole.reason = 'split into parts'
}
WITH whole, row
UNWIND row.parts AS place
MATCH (part:Document {id: place[0]})
MERGE (part)-[r:PART_OF {position: place[1]}]->(whole)
SET r.split = $split,
  part.split = CASE WHEN part.split < $split THEN part.split ELSE $split END,
  part.position = CASE WHEN part.position < place[1] THEN part.position ELSE place[1] END;
