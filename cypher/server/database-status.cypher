// Whether the graph's database is online, and what is wrong with it (ask the system database)
SHOW DATABASES YIELD name, currentStatus, statusMessage
WHERE name = 'neo4j'
RETURN currentStatus AS status, statusMessage AS message;
