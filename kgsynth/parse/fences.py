"""Fenced blocks of code: what stands in them is no prose, no LaTeX and no tag of ours.

A block begins with a line of three or more backticks or tildes and ends with one of the same kind
(CommonMark, "fenced code blocks"); one that is never closed is no block.
"""

import re
from collections.abc import Callable, Iterator

_LINE = re.compile(r"(?:^|(?<=>))[ \t]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)$", re.MULTILINE)
# Stands on both sides of the number of a block that is hidden: no text that was cleaned holds it.
MARK = "\0"
_HIDDEN = re.compile(f"{MARK}(\\d+){MARK}")


def hide(text: str) -> tuple[str, list[str]]:
    """The text with a mark in the place of every block, and the blocks."""
    pieces = list(_pieces(text))
    blocks = [piece for is_block, piece in pieces if is_block]
    marks = (f"{MARK}{number}{MARK}" for number in range(len(blocks)))
    return "".join(next(marks) if is_block else piece for is_block, piece in pieces), blocks


def show(text: str, blocks: list[str]) -> str:
    """The text with the blocks back in the places of their marks."""
    return _HIDDEN.sub(lambda mark: blocks[int(mark[1])], text)


def outside(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` applied to what stands between the blocks."""
    return "".join(piece if is_block else change(piece) for is_block, piece in _pieces(text))


def prose(text: str) -> str:
    """The text without its blocks."""
    return "".join(piece for is_block, piece in _pieces(text) if not is_block)


def code(text: str) -> list[str]:
    """The lines of all blocks, without the fences."""
    blocks = (piece for is_block, piece in _pieces(text) if is_block)
    return [line for block in blocks for line in block.split("\n")[1:-1]]


def unwrapped(text: str) -> str:
    """The text without a fence around all of it.

    A reply of several blocks also begins and ends with a fence: it stays as it is.
    """
    lines = list(_LINE.finditer(text := text.strip()))
    if len(lines) < 2 or lines[0].start() or lines[-1].end() < len(text) or lines[-1]["info"]:
        return text
    depth = 1
    for line in lines[1:-1]:
        depth += 1 if line["info"].strip() else -1
        if not depth:
            return text
    return text[lines[0].end() : lines[-1].start()]


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The text in pieces, and whether each is a block with its fences."""
    place = 0
    opened: re.Match[str] | None = None
    for line in _LINE.finditer(text):
        if opened is None:
            opened = line
        elif _closes(line, opened["fence"]):
            yield False, text[place : opened.start()]
            place = line.end("fence")
            yield True, text[opened.start() : place]
            opened = None
    yield False, text[place:]


def _closes(line: re.Match[str], fence: str) -> bool:
    behind = line["info"].strip()
    return line["fence"].startswith(fence) and (not behind or behind.startswith("</"))
