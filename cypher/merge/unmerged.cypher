// Takes merges back that `merge` made
// :param rows => []
UNWIND $rows AS row
MATCH (:Concept {id: row.id})-[m:MERGED_INTO {decidedBy: row.by}]->(:Concept {id: row.into})
DELETE m;
