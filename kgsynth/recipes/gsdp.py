"""GSDP: from seed problems to a filtered, routed, jointly judged data set (sections 2.2 to 2.5).

At most ten knowledge points a problem, the dual filter, combinations at one, two and three hops and
triangles, a new problem on each; the problem is judged (kept at .85 and more) before it is
answered, hard ones by a solver of their own where the settings name one, and one judge's veto drops
a solution. How many sets of each kind are drawn is a setting: the paper takes all there are.
"""

from kgsynth.recipes import Recipe, Stage

OWN = {"questions": "gsdp"}

RECIPE = Recipe(
    name="gsdp",
    paper="GSDP (A Graph-Based Synthetic Data Pipeline), sections 2.2 to 2.5",
    about="New problems on combinations of the knowledge points of seed problems, jointly judged.",
    stages=(
        Stage("ingest problems"),
        Stage("ingest concepts"),
        Stage("tag problems"),
        Stage("merge", {"dual_filter": True}),
        Stage("link", {"source": "problems", "eps": 1e-6}),
        Stage("sample one-hop", {"sets": 1000}),
        Stage("sample two-hop", {"sets": 1000}),
        Stage("sample three-hop", {"sets": 1000}),
        Stage("sample community", {"sets": 1000}),
        Stage("generate", {"method": "gsdp"}),
        Stage("dedup", {"threshold": 0.7}),
        Stage("decontaminate", needs="against"),
        Stage("verify judges", {**OWN, "criterion": "problem", "threshold": 0.85}),
        Stage("verify difficulty", OWN),
        Stage("answer", OWN),
        Stage("verify judges", {**OWN, "criterion": "solution", "threshold": 0.85}),
        Stage("export", {"format": "chat", "method": "gsdp", "status": "accepted"}),
    ),
)
