"""`sample STRATEGY`: concept sets from the concept graph. A strategy is a module and a line."""

from kgsynth.steps.sample.community import community
from kgsynth.steps.sample.cross_community import cross_community
from kgsynth.steps.sample.cypher import cypher
from kgsynth.steps.sample.one_hop import one_hop
from kgsynth.steps.sample.three_hop import three_hop
from kgsynth.steps.sample.two_hop import two_hop
from kgsynth.steps.sample.walk import walk

__all__ = [
    "community", "cross_community", "cypher", "one_hop", "three_hop", "two_hop", "walk",
]  # fmt: skip
