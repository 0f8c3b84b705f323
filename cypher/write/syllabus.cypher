// The units of a domain's syllabi that texts are written on: given passages with a position
// One row: the units drawn now. Units that are drawn no more lose their position, and stay.
// :param rows => []
// :param domain => "mathematics"
UNWIND $rows AS row
CALL (row) {
  MATCH (old:Passage {method: 'syllabus', domain: $domain})
  WHERE NOT old.id IN [unit IN row.units | unit.id]
  REMOVE old.position
}
UNWIND row.units AS unit
MERGE (p:Passage {id: unit.id})
ON CREATE SET p.createdAt = datetime(), p.status = 'pending', p.origin = 'given',
  p.method = 'syllabus', p.domain = $domain, p.text = unit.text
SET p.position = unit.position;
