"""Whether two final answers say the same mathematically."""

from kgsynth.equivalence.compare import Judgement
from kgsynth.equivalence.pool import Pool, equivalent, equivalent_many

__all__ = ["Judgement", "Pool", "equivalent", "equivalent_many"]
