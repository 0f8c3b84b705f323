// What `select` decided on documents: status, reason and what it rests on
// A document on which a person decided meanwhile is left alone.
// :param rows => []
UNWIND $rows AS row
MATCH (d:Document {id: row.id})
WHERE d.status <> 'accepted' AND NOT EXISTS { (d)<-[:JUDGES]-(:Verdict {verifier: 'person'}) }
SET d.status = row.status, d.reason = row.reason, d += row.properties;
