"""What an import prints, shown as progress."""

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


def test_stages_of_an_import_are_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0)
    importing.show(PRINTED.splitlines())
    shown = [line.split(" %")[0] for line in capsys.readouterr().err.splitlines()]
    assert shown == [
        "import 1/4, node import: 50 of 100",
        "import 1/4, node import: 100 of 100",
        "import 2/4, relationship import: 5 of 100",
        "import 2/4, relationship import: 45 of 100",
    ]
