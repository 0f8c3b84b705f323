// What the calls of every step spent, by model: calls, tokens, seconds
MATCH (c:Call)
RETURN c.step AS step, c.role AS role, c.model AS model, count(c) AS calls,
  sum(c.inputTokens) AS inputTokens, sum(c.outputTokens) AS outputTokens, sum(c.seconds) AS seconds
ORDER BY step, model;
