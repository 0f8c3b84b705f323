"""What an import prints, shown as progress."""

import os
import threading

import pytest

from kgsynth import progress
from kgsynth.server import importing

PRINTED = """Neo4j version: 2026.08.1
(1/4) Node import 2026-11-22 11:06:05.864+0000
  Estimated number of nodes: 82.75 K
.......... .......... 50% \u22061s 839ms [1s 839ms]
.......... .......... 100% \u22060ms [3s 721ms]
Node import COMPLETED in 3s 727ms

(2/4) Relationship import 2026-11-22 11:06:09.591+0000
-......... ..........   5% \u22061s 839ms [1s 839ms]
..-....... ..........  45% \u2206401ms [4s 261ms]
IMPORT DONE in 14s 315ms.
"""


@pytest.mark.parametrize("size", [3, 10_000])
def test_stages_are_shown_however_the_text_comes(
    size: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    read, written = os.pipe()
    text = PRINTED.encode()

    def print_it() -> None:
        for start in range(0, len(text), size):
            os.write(written, text[start : start + size])
        os.close(written)

    threading.Thread(target=print_it).start()
    with os.fdopen(read, "rb") as printed:
        importing.show(printed)
    shown = [line.split(" %")[0] for line in capsys.readouterr().err.splitlines()]
    assert shown == [
        "import 1/4, node import: 50 of 100",
        "import 1/4, node import: 100 of 100",
        "import 2/4, relationship import: 5 of 100",
        "import 2/4, relationship import: 45 of 100",
    ]
