// Number of nodes besides the record of the schema
MATCH (n)
WHERE NOT n:Migration
RETURN count(n) AS nodes;
