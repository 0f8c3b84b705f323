// Concept sets of a person's own query: the ids of the concepts of each row
// The query stands in place of the marked line and returns a column `concepts`: nodes or ids.
CALL () {
  RETURN [] AS concepts // own query
}
RETURN CASE WHEN valueType(concepts) STARTS WITH 'LIST' THEN [
  c IN concepts | CASE
    WHEN valueType(c) STARTS WITH 'STRING' THEN c
    WHEN valueType(c) STARTS WITH 'NODE' THEN c.id
  END
] END AS ids;
