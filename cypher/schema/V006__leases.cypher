// Leases of sources that a process is asking about, and the processes that hold them
// auto-commit
CREATE CONSTRAINT lease_id_unique IF NOT EXISTS
FOR (n:Lease) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT worker_id_unique IF NOT EXISTS
FOR (n:Worker) REQUIRE n.id IS UNIQUE;
CREATE INDEX lease_worker IF NOT EXISTS FOR (n:Lease) ON (n.worker);
CREATE INDEX call_retired IF NOT EXISTS FOR (n:Call) ON (n.retired);
