"""The private local Neo4j of a project, with GDS and Browser: pinned jars, own ports.

`local` starts and stops it, `admin` moves its data, `shell` talks to it; `artifacts.json` is the
lock that `tools/lock_server.py` writes.
"""
