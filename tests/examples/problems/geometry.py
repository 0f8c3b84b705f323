"""The answers of the geometry problems, from coordinates; see the package docstring."""

from itertools import product

from sympy import (
    Circle,
    Line,
    Plane,
    Point,
    Polygon,
    Rational,
    Triangle,
    acos,
    cos,
    integrate,
    nsimplify,
    nsolve,
    pi,
    rad,
    sin,
    solve,
    sqrt,
    symbols,
)
from sympy.abc import t, x, y


def triangle(a, b, c):
    """A triangle with the sides a = BC, b = CA and c = AB; B is the origin, C on the x-axis."""
    along = Rational(a * a + c * c - b * b, 2 * a)
    return Triangle(Point(along, sqrt(c * c - along**2)), Point(0, 0), Point(a, 0))


def altitude():
    legs = Triangle(Point(0, 0), Point(20, 0), Point(0, 21))
    return Line(*legs.vertices[1:]).distance(Point(0, 0))


def largest_angle():
    return max(triangle(7, 8, 13).angles.values(), key=lambda angle: angle.evalf())


def crossing_chords():
    """The chord AB lies on the x-axis, P is the origin, and CD has some other direction."""
    part = symbols("part", positive=True)
    direction = Point(Rational(3, 5), Rational(4, 5))
    (radius_and_height,) = solve(
        [
            (-4 - Rational(5, 2)) ** 2 + y**2 - x,  # the centre (5/2, y) is as far from A and B
            (-part * direction.x - Rational(5, 2)) ** 2 + (-part * direction.y - y) ** 2 - x,
            (4 * part * direction.x - Rational(5, 2)) ** 2 + (4 * part * direction.y - y) ** 2 - x,
        ],
        [x, y, part],
        dict=True,
    )
    return 5 * radius_and_height[part]


def area_of_circle():
    return Circle(x**2 + y**2 - 6 * x + 8 * y).area


def inscribed_angle():
    a, b, c = (Point(cos(rad(d)), sin(rad(d))) for d in (0, 100, 230))
    arms = (a - b).evalf(40), (c - b).evalf(40)
    cosine = arms[0].dot(arms[1]) / abs(arms[0]) / abs(arms[1])
    return nsimplify(acos(cosine) * 180 / pi.evalf(40), tolerance=1e-20) * pi / 180


def centres():
    isosceles = triangle(12, 10, 10)
    return isosceles.incenter.distance(isosceles.circumcenter)


def corner():
    plane = Plane(Point(6, 0, 0), Point(0, 6, 0), Point(0, 0, 6))
    return plane.distance(Point(0, 0, 0))


def cone():
    radius = solve(2 * pi * t - rad(216) * 10, t)[0]  # the arc becomes the rim
    height = solve(t**2 + radius**2 - 10**2, t)[1]
    return integrate(pi * (radius * x / height) ** 2, (x, 0, height))


def bisector():
    given = triangle(10, 9, 6)
    return given.bisectors()[given.vertices[0]].length


def grid_points():
    quadrilateral = Polygon((0, 0), (5, 1), (6, 4), (2, 6))
    return sum(quadrilateral.encloses_point(Point(*point)) for point in product(range(7), repeat=2))


def side_of_equilateral():
    """On a circle of radius 1: chords PB and PC in the ratio 3 : 5, scaled to length 3 and 5."""
    turned = nsolve(5 * sin(t / 2) - 3 * sin((2 * pi / 3 - t) / 2), t, 0.7, prec=40)
    return nsimplify(2 * sin(pi / 3) * 3 / (2 * sin(turned / 2)), tolerance=1e-25)


def tangent():
    touching = solve([x**2 + y**2 - 25, x * 7 + y * 1 - 25], [x, y])
    (length,) = {Point(*point).distance(Point(7, 1)) for point in touching}
    return length


def octagon():
    radius = 1 / sin(pi / 8)
    corners = [Point(radius * cos(k * pi / 4), radius * sin(k * pi / 4)) for k in range(8)]
    return Polygon(*corners).area


RECOMPUTED = {
    "geo-01": altitude,
    "geo-02": lambda: triangle(7, 8, 9).inradius,
    "geo-03": largest_angle,
    "geo-04": crossing_chords,
    "geo-05": area_of_circle,
    "geo-06": inscribed_angle,
    "geo-07": centres,
    "geo-08": lambda: solve(Rational(2, 3) - t / Rational("13.5"), t)[0],
    "geo-09": corner,
    "geo-10": cone,
    "geo-11": bisector,
    "geo-12": grid_points,
    "geo-13": side_of_equilateral,
    "geo-14": tangent,
    "geo-15": octagon,
}

CHECKED_BY_HAND = {
    "geo-04": "computed for one direction of the chord; the power of a point holds for each",
}
