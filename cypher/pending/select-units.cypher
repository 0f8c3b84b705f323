// Units of the syllabi that no text was written on in this task
// In order of id behind $after.
// :param after => ""
// :param limit => 100
// :param task => ""
// :param domain => "mathematics"
MATCH (source:Passage {method: 'syllabus', domain: $domain})
WHERE source.id > $after AND source.position IS NOT NULL
  AND NOT EXISTS { (source)<-[:USED]-(:Call {task: $task}) }
  AND true // where
RETURN source.id AS id
ORDER BY id LIMIT $limit;
