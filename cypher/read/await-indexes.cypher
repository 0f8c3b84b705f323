// Waits until every index is online
// auto-commit
CALL db.awaitIndexes(300);
