// Deletes every node but the record of the schema
// Few nodes a transaction: a hub takes thousands of relationships along.
// auto-commit
MATCH (n) WHERE NOT n:Migration
CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 500 ROWS;
