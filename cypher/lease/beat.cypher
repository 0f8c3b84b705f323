// A process that is at work says so, by the clock of the server
// auto-commit
// :param id => ""
// :param properties => {}
MERGE (w:Worker {id: $id})
ON CREATE SET w.createdAt = datetime()
SET w += $properties, w.beatAt = timestamp();
