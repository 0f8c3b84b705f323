// What a prompt needs to know of classes of concepts: all that is merged into one, most used first
// Each is spelled as in most of its sources.
// :param ids => []
UNWIND $ids AS id
MATCH (c:Concept {id: id})
RETURN c.id AS id, c.domain AS domain, COLLECT {
  MATCH (c)<-[:MERGED_INTO*0..]-(member:Concept)
  WITH DISTINCT member, COUNT { (member)<-[:HAS_TOPIC|MENTIONS]-() } AS sources
  WITH member, sources, coalesce(head(COLLECT {
      MATCH (member)<-[r:HAS_TOPIC|MENTIONS]-()
      UNWIND r.names AS spelling
      WITH spelling, count(*) AS number
      RETURN spelling ORDER BY number DESC, spelling LIMIT 1
    }), member.name) AS name
  RETURN {id: member.id, name: name} ORDER BY sources DESC, member.id
} AS members
ORDER BY id;
