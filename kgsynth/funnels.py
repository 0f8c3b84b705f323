"""The whole funnel and its cost, read from the graph: what `status` and the end of a run show."""

from typing import Any

from kgsynth.concepts.linked import described
from kgsynth.store import Row, Store

STEPS = (
    "ingest",
    "select",
    "tag",
    "merge",
    "link",
    "sample",
    "ground",
    "generate",
    "answer",
    "verify",
    "dedup",
    "decontaminate",
    "export",
)


def whole(store: Store, domain: str) -> list[Row]:
    """One row a step in the order of the flow: in, kept, dropped by reason, calls, tokens, seconds.

    Steps that write count calls (an answer may hold several items: `items`); `verify` counts
    questions and answers that verdicts decided on, the others nodes or relationships.
    """
    rows: dict[str, Row] = {}

    def row(step: str) -> Row:
        return rows.setdefault(
            step, {"step": step, "in": 0, "kept": 0, "dropped": 0, "reasons": {}}
        )

    for found in store.read("report/funnel", domain=domain):
        target = row(found["step"])
        target["in"] += found["number"]
        if found["reason"] is None:
            target["kept"] += found["number"]
        else:
            target["dropped"] += found["number"]
            counted = target["reasons"].get(found["reason"], 0)
            target["reasons"][found["reason"]] = counted + found["number"]
    for found in store.read("report/cost"):
        target = row(found["step"])
        for name in ("calls", "inputTokens", "outputTokens", "seconds"):
            target[name] = target.get(name, 0) + (found[name] or 0)
    return sorted(rows.values(), key=lambda r: _place(r["step"]))


def _place(step: str) -> int:
    return STEPS.index(step) if step in STEPS else len(STEPS)


def report(store: Store, domain: str) -> dict[str, Any]:
    """Everything `status --json` prints: size and `link` of the graph, funnel, items, cost."""
    return {
        "domain": domain,
        "graph": store.read("report/graph", domain=domain)[0],
        "linked": described(store),
        "funnel": whole(store, domain),
        "items": store.read("report/items", domain=domain),
        "cost": store.read("report/cost"),
    }
