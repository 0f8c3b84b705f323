// Every index with its state, and the constraint that it belongs to
SHOW INDEXES YIELD name, state, owningConstraint
RETURN name, state, owningConstraint AS constraint
ORDER BY name;
