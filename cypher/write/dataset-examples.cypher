// Which examples a dataset holds
// :param rows => []
// :param dataset => ""
MATCH (s:Dataset {id: $dataset})
UNWIND $rows AS row
MATCH (e:Example {id: row.id})
MERGE (s)-[:CONTAINS]->(e);
