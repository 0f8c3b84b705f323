"""`sample STRATEGY`: concept sets from the concept graph. A strategy is a module and a line."""

from kgsynth.steps.sample.walk import walk

__all__ = ["walk"]
