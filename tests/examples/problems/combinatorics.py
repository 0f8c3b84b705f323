"""The answers of the combinatorics problems, most by listing everything; see the package."""

from itertools import combinations, pairwise, permutations, product

import networkx as nx
from sympy.abc import x


def committees():
    people = ["teacher"] * 7 + ["parent"] * 5
    return sum("parent" in chosen for chosen in combinations(people, 4))


def letters():
    return sum("TT" not in word for word in {"".join(p) for p in permutations("LETTER")})


def pens():
    return sum(sum(given) == 12 for given in product(range(2, 13), repeat=4))


def around_a_crossing():
    grid = nx.DiGraph()
    for a, b in product(range(7), range(5)):
        grid.add_edges_from([((a, b), (a + 1, b)), ((a, b), (a, b + 1))])
    grid.remove_node((3, 2))
    return sum(1 for _ in nx.all_simple_paths(grid, (0, 0), (6, 4)))


def divisible_by_none():
    return sum(all(n % p for p in (3, 5, 7)) for n in range(1, 1001))


def one_in_place():
    return sum(sum(a == b for a, b in enumerate(p)) == 1 for p in permutations(range(5)))


def without_difference_five():
    graph = nx.Graph((a, a + 5) for a in range(1, 26))
    most = 0
    for component in nx.connected_components(graph):
        sets = (s for n in range(1, 7) for s in combinations(sorted(component), n))
        most += max(len(s) for s in sets if not any(b - a == 5 for a, b in combinations(s, 2)))
    return most + 1


def coverings(length):
    if length <= 0:
        return [[]] if length == 0 else []
    small = [[tile, *rest] for rest in coverings(length - 1) for tile in ("red", "blue")]
    return small + [["white", *rest] for rest in coverings(length - 2)]


def round_table():
    # Ada takes seat 0, which leaves one seating of each class; Ben is number 1 among the others.
    return sum(seats.index(1) not in (0, 6) for seats in permutations(range(1, 8)))


def hexagons():
    return len(
        {
            min(sides[turn:] + sides[:turn] for turn in range(6))
            for sides in product("rgb", repeat=6)
        }
    )


def handshakes():
    players = product(range(4), range(5))
    return sum(a[0] != b[0] for a, b in combinations(players, 2))


def coefficient():
    return ((2 * x - 1 / x) ** 8).expand().coeff(x, 4)


def subsets():
    numbers = range(1, 11)
    return sum(sum(s) % 3 == 0 for size in range(11) for s in combinations(numbers, size))


def diagonals(sides):
    neighbours = {frozenset(edge) for edge in pairwise([*range(sides), 0])}
    return sum(frozenset(pair) not in neighbours for pair in combinations(range(sides), 2))


RECOMPUTED = {
    "comb-01": committees,
    "comb-02": letters,
    "comb-03": pens,
    "comb-04": around_a_crossing,
    "comb-05": divisible_by_none,
    "comb-06": one_in_place,
    "comb-07": without_difference_five,
    "comb-08": lambda: len(coverings(7)),
    "comb-09": round_table,
    "comb-10": hexagons,
    "comb-11": handshakes,
    "comb-12": coefficient,
    "comb-13": subsets,
    "comb-14": lambda: next(n for n in range(3, 100) if diagonals(n) == 77),
}

CHECKED_BY_HAND: dict[str, str] = {}
