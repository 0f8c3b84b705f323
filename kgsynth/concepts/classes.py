"""Classes of concepts that mean the same, from decisions on pairs: cliques, never chains.

Pure, and a function of the decisions alone: in which order they were found does not count. Built
in two steps. `units` joins what is one concept without a doubt (spellings of one name, pairs that
a person called the same). `cliques` joins units where every two of them were found to mean the
same (complete linkage, most similar pairs first): A = B and B = C do not make A = C.
"""

from collections.abc import Iterable, Mapping, Set

Apart = Mapping[str, Set[str]]


def units(joined: Iterable[tuple[str, str]], apart: Apart) -> tuple[dict[str, str], int]:
    """The unit of every id that is joined with another: the lowest id in it.

    Pairs are joined in their order, with all that was joined with them before, unless `apart`
    (which holds both ways) keeps two of them apart. Also returns how many pairs that refused.
    """
    sets: dict[str, set[str]] = {}
    refused: set[tuple[str, str]] = set()
    for one, other in joined:
        left, right = sets.setdefault(one, {one}), sets.setdefault(other, {other})
        if left is right:
            continue
        few, many = sorted((left, right), key=len)
        if any(not many.isdisjoint(apart.get(id, ())) for id in few):
            refused.add((min(few), min(many)))
            continue
        many |= few
        for id in few:
            sets[id] = many
    unit = {id: min(held) for id, held in sets.items()}
    still = {tuple(sorted((unit[one], unit[other]))) for one, other in refused}
    return unit, len(still)


def cliques(
    found: Iterable[tuple[str, str, bool, float]], unit: Mapping[str, str], apart: Apart
) -> list[list[str]]:
    """Classes of two or more units, each sorted, in order of their lowest unit.

    `found` holds decisions: two ids, whether they mean the same, how similar they are. Of several
    on two units, as those of several spellings are, the majority decides, a tie against joining.
    An id without a unit is one by itself. Memory: some 300 bytes a pair.
    """
    votes: dict[tuple[str, str], tuple[int, float]] = {}
    for one, other, same, similarity in found:
        pair = _pair(unit.get(one, one), unit.get(other, other))
        if pair[0] != pair[1]:
            balance, best = votes.get(pair, (0, -1.0))
            votes[pair] = balance + (1 if same else -1), max(best, similarity) if same else best
    never = {
        _pair(unit.get(one, one), unit.get(other, other))
        for one, others in apart.items()
        for other in others
    }
    alike = {
        pair: best for pair, (balance, best) in votes.items() if balance > 0 and pair not in never
    }
    of: dict[str, list[str]] = {}
    for pair in sorted(alike, key=lambda pair: (-alike[pair], pair)):
        left, right = (of.setdefault(id, [id]) for id in pair)
        if left is right:
            continue
        if all(_pair(one, other) in alike for one in left for other in right):
            left += right
            for id in right:
                of[id] = left
    return sorted(sorted(held) for id, held in of.items() if len(held) > 1 and id == min(held))


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
