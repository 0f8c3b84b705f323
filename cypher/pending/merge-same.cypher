// Pairs of concepts that are similar, not certainly the same, and that this task was not asked about
// Similarity of at least $ask and below $same. The source of a pair is its lower id, the ordinal are
// the first twelve digits of the other one. Pairs that a person decided on are left out.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param ask => 0.7
// :param same => 0.9
MATCH (source:Concept)
WHERE source.id > $after AND source.domain = $domain AND coalesce(source.status, '') <> 'rejected'
  AND EXISTS { (source)-[:SAME_AS|DISTINCT_FROM]->() }
  AND true // where
WITH source, COLLECT {
  MATCH (source)<-[:USED {position: 0}]-(c:Call {task: $task}) RETURN c.ordinal
} AS asked, COLLECT {
  MATCH (source)-[d:SAME_AS|DISTINCT_FROM]->(other:Concept)
  WHERE d.decidedBy IN ['embedding', 'model'] AND $ask <= d.similarity < $same
    AND coalesce(other.status, '') <> 'rejected'
    AND NOT EXISTS {
      (source)-[p:SAME_AS|DISTINCT_FROM]-(other)
      WHERE NOT coalesce(p.decidedBy, 'person') IN ['embedding', 'model']
    }
  RETURN DISTINCT toInteger('0x' + left(other.id, 12))
} AS pairs
UNWIND [pair IN pairs WHERE NOT pair IN asked] AS ordinal
RETURN source.id AS id, ordinal
ORDER BY id, ordinal LIMIT $limit;
