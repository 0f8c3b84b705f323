"""`decontaminate`: what is an item of a benchmark, or one said otherwise, is dropped.

A model that is trained on its test knows the answers (SynthLLM, section 3.2, and GSDP, section 2.5,
remove such problems and give no numbers). A dropped item gets a failed verdict with the way in
which it was found, the matched text, its benchmark and id there, and how alike they are, so that a
person can review it (`cypher/explore/contamination`) and take it back. Texts of benchmarks are
properties of such verdicts only: nothing samples or exports them.
"""

from collections.abc import Sequence

from kgsynth import config, verdicts
from kgsynth.contamination.benchmark import Benchmark, Match, fingerprint, read_items
from kgsynth.contamination.compare import WAYS
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress, say
from kgsynth.store import Row, Store

PAGE = 2_000
VERIFIER = "decontaminate"
WHAT = ("questions", "problems", "documents", "passages")
MATCHED = 20_000  # characters of a matched text that are kept
EXAMPLES = 5


def decontaminate(
    store: Store,
    *,
    against: Sequence[str],
    what: Sequence[str] = ("questions",),
    ways: Sequence[str] = WAYS,
    domain: str = config.DOMAIN,
    dry_run: bool = False,
) -> Funnel:
    """Drops items that are found in the benchmark files (or folders) `against`.

    `what` is compared: questions, problems, documents, passages that are not rejected; an item is
    dropped where it is found in one of the `ways` of `contamination.compare`. in = items not
    compared with these benchmarks before, kept = those of them that stay; what a person decided on
    stays. Texts are read by the page. Memory: about 3 KB an item of a benchmark. Raises UsageError
    where there is no benchmark, or for an unknown `what` or way.
    """
    for given, known in ((what, WHAT), (ways, WAYS)):
        if unknown := set(given) - set(known) or (not given and {"nothing"}):
            raise UsageError(f"{', '.join(sorted(unknown))} is none of {', '.join(known)}.")
    items, faults = read_items(against)
    for fault in faults:
        say(str(fault))
    funnel = Funnel("decontaminate")
    funnel.notes["benchmark items"] = len(items)
    if faults:
        funnel.notes["benchmark lines refused"] = len(faults)
        funnel.failures = len(faults)
    files = {item.file for item in items}
    sets = sorted(
        fingerprint([item for item in items if item.file == file], ways) for file in files
    )
    benchmark: Benchmark | None = None
    examples: list[Row] = []
    with progress("decontaminate", unit="texts") as shown:
        for label in what:
            for (page,) in store.pages(
                f"decontaminate/{label}", size=PAGE, domain=domain, sets=sets
            ):
                benchmark = benchmark or Benchmark(items)
                found = benchmark.match(page["texts"], ways)
                pairs = list(zip(page["ids"], page["texts"], found, strict=True))
                rows = [_row(id_, match) for id_, _, match in pairs if match]
                funnel.taken += len(pairs)
                for row in rows:
                    funnel.drop(f"{VERIFIER}: {row['properties']['label']}")
                if dry_run:
                    examples += [_example(i, text, match) for i, text, match in pairs if match]
                    examples = sorted(examples, key=lambda row: (row["score"], row["id"]))[
                        :EXAMPLES
                    ]
                else:
                    verdicts.write(store, rows)
                    store.write(
                        "decontaminate/compared", [{"id": i} for i in page["ids"]], sets=sets
                    )
                shown.advance(len(pairs))
    funnel.kept = funnel.taken - funnel.dropped.total()
    if examples:
        funnel.notes["examples"] = examples
    return funnel


def _row(id_: str, match: Match) -> Row:
    """A failed verdict as a row of `write/verdicts`."""
    return verdicts.verdict(
        id_, VERIFIER, label=match.way, passed=False, score=match.score, criterion=match.way,
        reason=f"{match.item.file}, {match.item.id}", matched=match.item.text[:MATCHED],
        benchmark=match.item.file, benchmarkItem=match.item.id,
    )  # fmt: skip


def _example(id_: str, text: str, match: Match) -> Row:
    return {
        "id": id_, "text": text, "way": match.way, "score": match.score,
        "matched": match.item.text, "benchmark": match.item.file, "item": match.item.id,
    }  # fmt: skip
