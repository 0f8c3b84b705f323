// Documents that a question method is to be asked about: a row a call that is missing
// One call each; with `wanted`, as many as bring that many questions, given that a call brings `most`
// at best: never one too many, and at most three times as many as would do at best. A source that a
// reply declared `unsuitable` is not asked about again. `tagged`: only documents with concepts.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
// :param wanted => null
// :param most => 5
// :param unsuitable => ""
// :param tagged => false
MATCH (source:Document)
WHERE source.id > $after AND source.domain = $domain AND source.status <> 'rejected'
  AND (NOT $tagged OR EXISTS { (source)-[:MENTIONS]->(:KnowledgePoint) })
  AND true // where
WITH source, COLLECT {
  MATCH (source)<-[:USED {position: 0}]-(c:Call {task: $task}) RETURN c
} AS calls
WITH source, [c IN calls | coalesce(c.ordinal, 0)] AS asked,
  CASE
    WHEN size(calls) = 0 THEN 1
    WHEN $wanted IS NULL THEN 0
    WHEN any(c IN calls WHERE EXISTS { (c)<-[:PRODUCED_BY]-(:Rejected {reason: $unsuitable}) }) THEN 0
    ELSE toInteger(ceil(
      ($wanted - reduce(kept = 0, c IN calls | kept + coalesce(c.items, 0))) / toFloat($most)
    ))
  END AS more
WITH source, asked, CASE
  WHEN more > 0 AND size(asked) > 0 AND size(asked) + more > 3 * ceil($wanted / toFloat($most))
    THEN toInteger(3 * ceil($wanted / toFloat($most))) - size(asked)
  ELSE more
END AS more
WHERE more > 0
UNWIND [o IN range(0, size(asked) + more - 1) WHERE NOT o IN asked][..more] AS ordinal
RETURN source.id AS id, ordinal
ORDER BY id, ordinal LIMIT $limit;
