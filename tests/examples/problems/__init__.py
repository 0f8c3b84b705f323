r"""How the answers of the seed problems are computed anew, from the problem and not its solution.

One module per area, each with two tables keyed by problem id:

``RECOMPUTED``: a function that works out the answer in another way than the text does where there
is one: by search, by enumeration, numerically or with sympy. A list stands for the values in the
order that the problem asks for; a string is compared with the answer as text, blanks aside.

``CHECKED_BY_HAND``: a reason, where no machine check suits, or where one covers a part only (such
as a search up to a bound); the solution was then checked as a proof.
"""

import importlib
import pkgutil
from collections.abc import Callable

RECOMPUTED: dict[str, Callable[[], object]] = {}
CHECKED_BY_HAND: dict[str, str] = {}

for module in pkgutil.iter_modules(__path__):
    area = importlib.import_module(f"{__name__}.{module.name}")
    RECOMPUTED |= area.RECOMPUTED
    CHECKED_BY_HAND |= area.CHECKED_BY_HAND
