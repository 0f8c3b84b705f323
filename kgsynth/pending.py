"""Pending sources as pages of prompt items: found by key, read by the page, never by the corpus."""

from collections.abc import Callable, Iterator

from kgsynth.calls import Item, Task
from kgsynth.ids import content_id
from kgsynth.store import Row, Store


def fence(label: str, text: str) -> str:
    """A text as data for a prompt: between marks that it cannot forge.

    The marks hold a hash of the text itself, so the same text gives the same prompt, and no text
    can hold the mark that would end it.
    """
    mark = f"{label} {content_id('fence', text)[:8]}"
    return f"<{mark}>\n{text}\n</{mark}>"


def count(
    store: Store,
    query: str,
    task: Task,
    *,
    domain: str,
    limit: int | None = None,
    where: str | None = None,
) -> int:
    """How many sources are pending, at most `limit`."""
    return store.count(
        query, where=where, after="", limit=limit or 2**31, task=task.id, domain=domain
    )


def pages(
    store: Store,
    query: str,
    inputs: str,
    make: Callable[[Row], Item],
    task: Task,
    *,
    domain: str,
    limit: int | None = None,
    where: str | None = None,
) -> Iterator[list[Item]]:
    """Pages of items of `settings.batch` sources, at most `limit` in all."""
    left = limit if limit is not None else 2**31
    size = task.settings.batch
    for page in store.pages(query, size=min(size, left), where=where, task=task.id, domain=domain):
        ids = [row["id"] for row in page[:left]]
        yield [make(row) for row in store.read(inputs, ids=ids)]
        left -= len(ids)
        if left <= 0:
            return
