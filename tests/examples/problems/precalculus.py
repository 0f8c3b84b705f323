"""The answers of the trigonometry and precalculus problems; see the package docstring."""

from sympy import (
    Interval,
    Rational,
    asin,
    atan,
    cos,
    maximum,
    minimal_polynomial,
    nsimplify,
    periodicity,
    pi,
    rad,
    sin,
    solve,
    solveset,
    tan,
)
from sympy.abc import x, y
from sympy.geometry import Circle, Ellipse, Point


def only_root(number):
    """The number itself, if it is rational: the root of its minimal polynomial."""
    return solve(minimal_polynomial(number, x), x)[0]


def solutions():
    found = solveset(2 * cos(x) ** 2 + 3 * sin(x) - 3, x, Interval.Ropen(0, 2 * pi))
    return sorted(found, key=lambda root: root.evalf())


def ellipse_foci():
    """The centre is where both partial derivatives vanish; the axes are parallel to x and y."""
    curve = 9 * x**2 + 25 * y**2 - 18 * x + 100 * y - 116
    centre = solve([curve.diff(x), curve.diff(y)], [x, y])
    right = max(root for root in solve(curve.subs(y, centre[y]), x))
    top = max(root for root in solve(curve.subs(x, centre[x]), y))
    ellipse = Ellipse(Point(centre[x], centre[y]), right - centre[x], top - centre[y])
    return ellipse.foci[0].distance(ellipse.foci[1])


def polar_circle():
    radii = [(6 * cos(angle) + 8 * sin(angle), angle) for angle in (0, pi / 4, pi / 2)]
    return Circle(*(Point(r * cos(angle), r * sin(angle)) for r, angle in radii)).radius


def double_angle():
    (angle,) = (root for root in (asin(Rational(3, 5)), pi - asin(Rational(3, 5))) if cos(root) < 0)
    return nsimplify(tan(2 * angle).evalf(40), tolerance=1e-25)


def arctangents():
    angle = atan(Rational(1, 4)) + atan(Rational(3, 5))
    return nsimplify((angle / pi).evalf(40), tolerance=1e-25) * pi


def law_of_sines():
    """B is the origin and C = (10, 0); the angles at B and C are 60 and 75 degrees."""
    a = Point(*solve([y - tan(rad(60)) * x, y - tan(rad(75)) * (10 - x)], [x, y]).values())
    return a.distance(Point(10, 0))


RECOMPUTED = {
    "trig-01": double_angle,
    "trig-02": solutions,
    "trig-03": lambda: tan(rad(75)),
    "trig-04": lambda: only_root(sin(rad(10)) * sin(rad(50)) * sin(rad(70))),
    "trig-05": law_of_sines,
    "trig-06": lambda: periodicity(sin(4 * x) + cos(6 * x), x),
    "trig-07": lambda: maximum(5 * sin(x) + 12 * cos(x) + 4, x, Interval(0, 2 * pi)),
    "trig-08": lambda: only_root(cos(2 * pi / 7) + cos(4 * pi / 7) + cos(6 * pi / 7)),
    "trig-09": arctangents,
    "pre-01": ellipse_foci,
    "pre-02": polar_circle,
}

CHECKED_BY_HAND: dict[str, str] = {}
