// Records an applied schema file
// auto-commit
// :param id => "V001"
// :param name => "constraints"
// :param checksum => "0"
MERGE (m:Migration {id: $id})
ON CREATE SET m.name = $name, m.checksum = $checksum, m.createdAt = datetime();
