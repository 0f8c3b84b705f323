// What a prompt needs to know of pairs of concepts: the lower one with all its similar ones
// An ordinal says which of them (see pending/merge-same); each is spelled as in most of its sources.
// :param ids => []
UNWIND $ids AS id
MATCH (c:Concept {id: id})
RETURN c.id AS id, c.domain AS domain,
  coalesce(head(COLLECT {
    MATCH (c)<-[r:HAS_TOPIC|MENTIONS]-()
    UNWIND r.names AS spelling
    WITH spelling, count(*) AS number
    RETURN spelling ORDER BY number DESC, spelling LIMIT 1
  }), c.name) AS name,
  COLLECT {
    MATCH (c)-[d:SAME_AS|DISTINCT_FROM]->(other:Concept)
    WHERE d.decidedBy IN ['embedding', 'model']
    WITH other, max(d.similarity) AS similarity
    WITH other, similarity, coalesce(head(COLLECT {
        MATCH (other)<-[r:HAS_TOPIC|MENTIONS]-()
        UNWIND r.names AS spelling
        WITH spelling, count(*) AS number
        RETURN spelling ORDER BY number DESC, spelling LIMIT 1
      }), other.name) AS name
    RETURN {
      id: other.id, ordinal: toInteger('0x' + left(other.id, 12)), name: name,
      similarity: similarity
    }
  } AS others
ORDER BY id;
