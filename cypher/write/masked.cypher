// Texts without personal data, in place of the texts that were read
// `masked` counts the pieces; `ingest` never writes over a masked text.
// :param rows => []
UNWIND $rows AS row
MATCH (d:Document {id: row.id})
SET d.text = row.text, d.title = row.title, d.masked = row.masked;
