"""`select`: which documents to work with. What is not selected is rejected with a reason.

Nothing is deleted, and what a person decided stands. A call decides anew on the documents that are
not rejected and on those rejected for one of the reasons it can give, so that a looser rule brings
documents back, and what other calls rejected stays so.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from kgsynth import config, personal, rules
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.rules import Rules, Text
from kgsynth.store import Row, Store

PAGE = 500

Show = Callable[[Row], None]


def plain(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    where: str | None = None,
    min_words: int | None = None,
    max_words: int | None = None,
    languages: tuple[str, ...] = (),
    match: str | None = None,
    not_match: str | None = None,
    copies: str | None = None,
    mask: bool = False,
    region: str | None = personal.REGION,
    dry_run: bool = False,
    show: Show | None = None,
) -> Funnel:
    """Selects by rules alone (`rules.Rules`), and masks personal data (`personal.mask`).

    The masked text takes the place of the text that was read, so no prompt, export or person sees
    the original again; a document keeps its id, the hash of the text as it came. `show` gets every
    document whose status changes. Nothing is in, kept or dropped where nothing changes. Memory:
    about 200 bytes a document where copies are looked for. Raises UsageError when nothing is asked
    for, or for a pattern or language that is none.
    """
    chosen = Rules(min_words, max_words, tuple(languages), match, not_match, copies)
    if not chosen.reasons and not mask:
        raise UsageError("Say at least one rule: --min-words, --language, --match, --copies, ...")
    broken = rules.judge(chosen)
    funnel = Funnel("select")
    masked, pieces = _mask(store, domain, region, dry_run=dry_run) if mask else (0, Counter())
    if pieces:
        funnel.notes |= {"masked documents": masked, "masked": dict(sorted(pieces.items()))}
    if chosen.reasons:
        _select(store, funnel, chosen, broken, domain, where, dry_run, show)
    elif pieces:
        funnel.taken = funnel.kept = masked
    return funnel


def _select(
    store: Store,
    funnel: Funnel,
    chosen: Rules,
    broken: Callable[[Text], str | None],
    domain: str,
    where: str | None,
    dry_run: bool,
    show: Show | None,
) -> None:
    decided = Decided()
    keys: list[tuple[int, bool, str]] = []
    settled = 0
    for row in _documents(store, domain, chosen.reasons, where):
        reason = None
        if not row["settled"]:
            reason = broken(Text(row["id"], row["text"], row["language"]))
            decided.decide(row["id"], {name: row[name] for name in PENDING}, outcome(reason))
        elif row["status"] == "rejected":
            reason = row["reason"]
        settled += row["settled"]
        if reason is None and chosen.copies:
            keys.append((rules.copy_key(row["text"]), row["settled"], row["id"]))
    for copy, original in rules.copies(keys):
        decided.revise(copy, outcome(rules.EXACT, copyOf=original))
    if not dry_run:
        store.write("write/selection", decided.rows())
    decided.tell(funnel, show)
    if settled:
        funnel.notes["a person decided"] = settled


PENDING: Row = {"status": "pending", "reason": None, "copyOf": None, "similarity": None}


def outcome(reason: str | None, **properties: object) -> Row:
    """What becomes of a document: rejected for a reason, pending without one."""
    return PENDING if reason is None else {**PENDING, "status": "rejected", "reason": reason,
                                           **properties}  # fmt: skip


class Decided:
    """What is decided on documents; kept in memory is only what differs from a pending one."""

    def __init__(self) -> None:
        self.taken = 0
        self.before: dict[str, Row] = {}
        self.after: dict[str, Row] = {}

    def decide(self, id_: str, before: Row, after: Row) -> None:
        """One more document, as it is and as it is to be."""
        self.taken += 1
        if before != PENDING:
            self.before[id_] = before
        if after != PENDING:
            self.after[id_] = after

    def revise(self, id_: str, after: Row) -> None:
        """A document that was decided on is to be otherwise."""
        self.after[id_] = after

    @property
    def changed(self) -> list[str]:
        """Ids of the documents that become something else, in order."""
        ids = sorted(self.before.keys() | self.after.keys())
        return [i for i in ids if self.before.get(i, PENDING) != self.after.get(i, PENDING)]

    def rows(self) -> Iterator[Row]:
        """What changes, as rows of `write/selection`."""
        for id_ in self.changed:
            after = self.after.get(id_, PENDING)
            rest = {name: value for name, value in after.items() if name not in _OWN}
            yield {"id": id_, **{name: after[name] for name in _OWN}, "properties": rest}

    def tell(self, funnel: Funnel, show: Show | None) -> None:
        """Counts what was decided, where anything changes, and shows what does."""
        changed = self.changed
        if not changed and not funnel.notes:
            return
        funnel.taken = self.taken
        funnel.dropped = Counter(row["reason"] for row in self.after.values() if row["reason"])
        funnel.kept = self.taken - funnel.dropped.total()
        back = sum(self.after.get(id_, PENDING)["reason"] is None for id_ in changed)
        funnel.notes |= {"rejected now": len(changed) - back, "brought back": back}
        if show is not None:
            for id_ in changed:
                show({"id": id_, **self.after.get(id_, PENDING)})


_OWN = ("status", "reason")


def _documents(
    store: Store, domain: str, reasons: tuple[str, ...], where: str | None
) -> Iterator[Row]:
    with progress("select", unit="documents") as shown:
        for page in store.pages(
            "read/select-documents", size=PAGE, where=where, domain=domain, reasons=list(reasons)
        ):
            yield from page
            shown.advance(len(page))


def _mask(
    store: Store, domain: str, region: str | None, *, dry_run: bool
) -> tuple[int, Counter[str]]:
    """Masks texts and titles of all documents, the rejected ones too: they may come back.

    Returns how many documents held something, and how much of what.
    """
    documents = 0
    pieces: Counter[str] = Counter()
    with progress("mask", unit="documents") as shown:
        for page in store.pages("read/document-texts", size=PAGE, domain=domain):
            rows = []
            for row in page:
                text, found = personal.mask(row["text"], region)
                title, also = personal.mask(row["title"] or "", region)
                if found or also:
                    pieces += found + also
                    masked = row["masked"] + (found + also).total()
                    rows.append(
                        {"id": row["id"], "text": text, "title": title or None, "masked": masked}
                    )
            documents += len(rows)
            if not dry_run:
                store.write("write/masked", rows)
            shown.advance(len(page))
    return documents, pieces
