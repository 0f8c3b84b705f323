// Processes at work on this database, and for how many milliseconds each has been silent
MATCH (w:Worker)
RETURN w.id AS id, w.host AS host, w.pid AS pid, w.started AS started, w.task AS task,
  timestamp() - w.beatAt AS silent
ORDER BY id;
