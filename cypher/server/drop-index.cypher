// Drops an index that could not be built
// auto-commit
// :param name => "document_domain"
DROP INDEX $name IF EXISTS;
