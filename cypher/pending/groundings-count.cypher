// How many concept sets have no document yet, and how many have one
// :param domain => null
MATCH (s:ConceptSet)
WHERE $domain IS NULL OR s.domain = $domain
WITH EXISTS { (s)-[:GROUNDED_IN]->(:Document) } AS grounded
RETURN sum(CASE WHEN grounded THEN 0 ELSE 1 END) AS pending,
  sum(CASE WHEN grounded THEN 1 ELSE 0 END) AS done;
