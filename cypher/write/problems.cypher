// Problems as they were read
// One node for one text. Of several records with that text the one with the lowest given id (then
// title, source, ...) is shown, so that the order of arrival does not matter; records without an id
// come last. Level and subject from a model stay. A new node, or one that says just what the record
// says, is done with; of others the first SET takes the lock. Neo4j orders two stored strings by code
// points and any others by UTF-16 units: `+ ''` makes all of them others.
// :param rows => []
UNWIND $rows AS row
CALL (row) {
  MERGE (s:Problem {id: row.id})
  ON CREATE SET s.createdAt = datetime(), s.status = 'pending', s += row.properties,
    s.words = row.words,
    s.externalIds = CASE WHEN row.externalId IS NULL THEN [] ELSE [row.externalId] END
  WITH s, row
  WHERE s.externalIds <> CASE WHEN row.externalId IS NULL THEN [] ELSE [row.externalId] END
    OR any(key IN keys(row.properties)
           WHERE coalesce(s[key], '') <> coalesce(row.properties[key], ''))
  SET s.words = row.words
  WITH s, row, EXISTS {
    (s)-[:HAS_TOPIC|MENTIONS {origin: 'generated'}]->()
  } AS tagged, [record IN [
    row,
    {externalId: head(s.externalIds), properties: s {
      .text, .title, .source, .url, .licence, .language, .level, .subject, .domain
    }}
  ] WHERE record.properties.text IS NOT NULL] AS records
  CALL (records, tagged) {
    UNWIND range(0, size(records) - 1) AS place
    WITH place, records[place].externalId AS externalId, records[place].properties AS own, tagged
    ORDER BY externalId, own.title, own.source, own.url, own.licence, own.language, own.domain,
      own.text, CASE WHEN tagged THEN -place END, own.level, own.subject
    RETURN own AS shown LIMIT 1
  }
  CALL (s, row) {
    UNWIND s.externalIds + CASE WHEN row.externalId IS NULL THEN [] ELSE [row.externalId] END AS id
    WITH DISTINCT id ORDER BY id + ''
    RETURN collect(id) AS externalIds
  }
  SET s += shown, s.externalIds = externalIds
};
