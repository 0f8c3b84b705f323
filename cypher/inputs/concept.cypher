// What a prompt needs to know of concepts: each as most of its sources spell it
// :param ids => []
UNWIND $ids AS id
MATCH (c:Concept {id: id})
RETURN c.id AS id, c.domain AS domain,
  coalesce(head(COLLECT {
    MATCH (c)<-[r:HAS_TOPIC|MENTIONS]-()
    UNWIND r.names AS spelling
    WITH spelling, count(*) AS number
    RETURN spelling ORDER BY number DESC, spelling LIMIT 1
  }), c.name) AS name
ORDER BY id;
