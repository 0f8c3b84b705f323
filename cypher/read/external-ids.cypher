// Documents and problems that were given one of some ids at ingest
// $terms is a full-text query of quoted ids (at most 1,024); what it finds may hold further ids.
// :param terms => "\"notes/7\""
CALL db.index.fulltext.queryNodes('source_external_ids_fulltext', $terms) YIELD node
RETURN node.id AS id, node:Problem AS problem, node.externalIds AS externalIds,
  node.domain AS domain,
  head(COLLECT { MATCH (node)<-[r:PART_OF]-(:Document) RETURN r.split LIMIT 1 }) AS split
ORDER BY id;
