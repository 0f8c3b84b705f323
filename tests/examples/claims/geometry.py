"""The numeric claims of the geometry documents; see the package docstring."""

# ruff: noqa: E501

from sympy import Matrix, Point, Rational, Triangle, cos, det, pi, sqrt

CLAIMS = {
    "geometry/pythagorean-theorem": [
        (r"$«(a + b)^2 - 4 \cdot \frac{ab}{2}» = «a^2 + b^2»$,", None),
        ("A ladder of length $6.5$ metres leans against a wall, with its foot $2.5$ metres from the wall. It reaches a height of $«6»$ metres,", lambda: sqrt(Rational(13, 2)**2 - Rational(5, 2)**2)),
        ("$«6.5^2 - 2.5^2» = «42.25 - 6.25» = «36»$.", None),
        (r"The diagonal of a unit square has length $\sqrt{«2»}$, about $«1.4142»$.", lambda: [1**2 + 1**2, sqrt(2)]),
        (r"The height of an equilateral triangle with side $2$ is $«\sqrt{3}»$,", lambda: sqrt(2**2 - 1**2)),
        (r"so its area is $«\sqrt{3}»$ as well", lambda: Triangle(sss=(2, 2, 2)).area),
        (r"The space diagonal of a box with sides $2$, $3$ and $6$ is $«\sqrt{4 + 9 + 36}» = «7»$.", lambda: sqrt(2**2 + 3**2 + 6**2)),
        ("A rope with knots at distances $3$, $4$ and $5$ therefore gives a right angle, since $«9 + 16» = «25»$.", None),
        (r"For $a = 5$, $b = 8$ and $\gamma = 60^\circ$ it gives $c^2 = «25 + 64 - 40» = «49»$, so $c = «7»$.", lambda: [5**2 + 8**2 - 2*5*8*cos(pi/3)] * 2 + [sqrt(5**2 + 8**2 - 2*5*8*cos(pi/3))]),
    ],
    "geometry/vectors-in-the-plane": [
        (r"The vectors along two sides are $\overrightarrow{AB} = («4, 3»)$ and $\overrightarrow{AC} = («1, 7»)$.", lambda: [tuple(Point(5, 4) - Point(1, 1)), tuple(Point(2, 8) - Point(1, 1))]),
        (r"Their lengths are $«\sqrt{16 + 9}» = «5»$ and $«\sqrt{1 + 49}» = «5\sqrt{2}»$,", lambda: [Point(1, 1).distance(Point(5, 4))] * 2 + [Point(1, 1).distance(Point(2, 8))] * 2),
        (r"their dot product is $«4 \cdot 1 + 3 \cdot 7» = «25»$.", lambda: Matrix([4, 3]).dot(Matrix([1, 7]))),
        (r"$\cos \theta = «\frac{25}{25\sqrt{2}}» = «\frac{1}{\sqrt{2}}»$ and the angle at $A$ is $«45^\circ»$.", lambda: [1/sqrt(2), 1/sqrt(2), Triangle(Point(1, 1), Point(5, 4), Point(2, 8)).angles[Point(1, 1)]]),
        (r"In the example it is $«4 \cdot 7 - 3 \cdot 1» = «25»$, so the triangle $ABC$ has area $«\frac{25}{2}»$.", lambda: [det(Matrix([[4, 3], [1, 7]]))] * 2 + [Triangle(Point(1, 1), Point(5, 4), Point(2, 8)).area]),
        (r"For $u = (4, 3)$ and $v = (1, 7)$ the factor is $\frac{«25»}{«25»} = «1»$, so the projection is $u$ itself", lambda: [Matrix([4, 3]).dot(Matrix([1, 7])), Matrix([4, 3]).dot(Matrix([4, 3])), Point(1, 7).dot(Point(4, 3))/Point(4, 3).dot(Point(4, 3))]),
        (r"the rest, $v - u = («-3, 4»)$, is orthogonal to $u$: $«(-3) \cdot 4 + 4 \cdot 3» = «0»$.", lambda: [tuple(Point(1, 7) - Point(4, 3)), Point(-3, 4).dot(Point(4, 3)), 0]),
    ],
}

CHECKED_BY_HAND = {
    "geometry/pythagorean-theorem": [
        (r"The law of cosines $c^2 = a^2 + b^2 - 2ab \cos \gamma$", "theorem"),
    ],
    "geometry/vectors-in-the-plane": [
        (r"dot product is $u \cdot v = u_1 v_1 + u_2 v_2$, and the length is $\lVert u \rVert = \sqrt{u \cdot u}$", "definitions"),
        ("Let $A = (1, 1)$, $B = (5, 4)$ and $C = (2, 8)$.", "data of the example"),
        (r"determinant $\det(u, v) = u_1 v_2 - u_2 v_1$ is the signed area of the parallelogram spanned by $u$ and $v$", "definition"),
    ],
}
