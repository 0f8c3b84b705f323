// How many documents can ground a set, how many concepts there are, and what sources hold of them
RETURN COUNT { MATCH (d:Document) WHERE coalesce(d.status, '') <> 'rejected' } AS documents,
  COUNT { (:Concept) } AS concepts, COUNT { ()-[:HAS_TOPIC|MENTIONS]->() } AS mentions;
