r"""What the example documents claim in numbers, and how each claim is recomputed.

One module per subject, each with three tables keyed by document id:

``CLAIMS``: (quote, check). The quote stands in the text word for word, once its «marks» are taken
out; a mark holds a claimed value. ``check()`` computes the values anew: a list gives one value per
mark, anything else is the value of every mark; ``None`` says that the marked expressions are equal
to one another. A mark after "\approx" or "about" is compared to the digits written, every other
mark exactly.

``CHECKED_BY_HAND``: (quote, reason) where no machine check suits: theorems, steps of a proof,
values from tables, historical facts.

``GIVEN``: (quote, kind) for what claims nothing: definitions, hypotheses, the data of an example.
"""

import importlib
import pkgutil
from collections.abc import Callable

CLAIMS: dict[str, list[tuple[str, Callable[[], object] | None]]] = {}
CHECKED_BY_HAND: dict[str, list[tuple[str, str]]] = {}
GIVEN: dict[str, list[tuple[str, str]]] = {}

for module in pkgutil.iter_modules(__path__):
    subject = importlib.import_module(f"{__name__}.{module.name}")
    CLAIMS |= subject.CLAIMS
    CHECKED_BY_HAND |= subject.CHECKED_BY_HAND
    GIVEN |= subject.GIVEN
