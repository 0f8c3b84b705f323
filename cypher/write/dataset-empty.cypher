// Takes all examples out of a dataset, before those of a new export are put in
// auto-commit
// :param dataset => ""
MATCH (:Dataset {id: $dataset})-[x:CONTAINS]->()
CALL (x) { DELETE x } IN TRANSACTIONS OF 10000 ROWS;
