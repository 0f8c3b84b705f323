// Takes merges by rule back
// :param rows => []
UNWIND $rows AS row
MATCH (:Concept {id: row.id})-[m:MERGED_INTO {decidedBy: 'rule'}]->(:Concept {id: row.into})
DELETE m;
