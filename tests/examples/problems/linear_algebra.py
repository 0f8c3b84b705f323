"""The answers of the linear algebra problems; see the package docstring."""

from sympy import Matrix, diff, linsolve, solve
from sympy.abc import s, t, x, y, z


def three_equations():
    return next(
        iter(linsolve([2 * x + y - z - 2, x - y + 2 * z - 7, 3 * x + 2 * y + z - 11], x, y, z))
    )


def singular():
    matrix = Matrix(3, 3, lambda i, j: t if i == j else 1)
    return sorted(set(solve(matrix.det(), t)))


def cosine():
    """From the law of cosines in the triangle of the two vectors."""
    u, v = Matrix([1, 2, 2]), Matrix([3, 0, 4])
    return (u.dot(u) + v.dot(v) - (u - v).dot(u - v)) / (2 * u.norm() * v.norm())


def nearest():
    point = {x: 9 - 2 * s - 2 * t, y: s, z: t}
    distance = sum((w - c) ** 2 for w, c in zip((x, y, z), (4, 3, 4), strict=True)).subs(point)
    lowest = solve([diff(distance, s), diff(distance, t)], [s, t])
    return [point[w].subs(lowest) if hasattr(point[w], "subs") else point[w] for w in (x, y, z)]


def rotation():
    return next(n for n in range(1, 361) if 84 * n % 360 == 0)


RECOMPUTED = {
    "lin-01": three_equations,
    "lin-02": singular,
    "lin-03": lambda: (Matrix([[4, 1], [2, 3]]) ** 5)[0, 0],
    "lin-04": cosine,
    "lin-05": lambda: Matrix([[2, 1], [7, 4]]).LUsolve(Matrix([[1, 0], [2, 3]])),
    "lin-06": nearest,
    "lin-07": lambda: len(
        Matrix([[1, 1, 1, 1, 1], [1, -1, 1, -1, 1], [1, 0, 1, 0, 1]]).nullspace()
    ),
    "lin-08": rotation,
}

CHECKED_BY_HAND: dict[str, str] = {}
