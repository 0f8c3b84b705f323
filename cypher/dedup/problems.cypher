// A page of seed problems of all domains: they stay, and questions like them go
// :param after => ""
// :param limit => 5000
MATCH (p:Problem)
WHERE p.id > $after AND p.status <> 'rejected'
WITH p ORDER BY p.id LIMIT $limit
WITH max(p.id) AS id, collect(p.id) AS ids, collect(p.text) AS texts
WHERE id IS NOT NULL
RETURN id, ids, texts;
