"""The numeric claims of the geometry documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from itertools import product

import networkx as nx
from sympy import Circle, Matrix, Point, Rational, Triangle, acos, cos, det, expand, pi, sin, sqrt
from sympy.abc import x, y

CIRCLE = Circle(x**2 + y**2 - 4 * x + 6 * y - 12)


TRIANGLE = Triangle(Point(0, 0), Point(14, 0), Point(5, 12))


CUBE = nx.hypercube_graph(3)
PLATONIC = sorted(
    (
        (p, q)
        for p, q in product(range(3, 50), repeat=2)
        if Rational(1, p) + Rational(1, q) > Rational(1, 2)
    ),
    key=lambda pair: (sum(pair), pair),
)


TREFOIL = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]
EIGHT = [[2, -1, -1, 0], [-1, 2, 0, -1], [0, -1, 2, -1], [-1, 0, -1, 2]]


def solutions(rules, arcs, p):
    for colors in product(range(p), repeat=arcs):
        if all(sum(r * v for r, v in zip(rule, colors, strict=True)) % p == 0 for rule in rules):
            yield colors


def colorings(rules, arcs, p):
    return len(list(solutions(rules, arcs, p)))


CLAIMS = {
    "geometry/pythagorean-theorem": [
        (r"$«(a + b)^2 - 4 \cdot \frac{ab}{2}» = «a^2 + b^2»$,", None),
        ("A ladder of length $6.5$ metres leans against a wall, with its foot $2.5$ metres from the wall. It reaches a height of $«6»$ metres,", lambda: sqrt(Rational(13, 2)**2 - Rational(5, 2)**2)),
        ("$«6.5^2 - 2.5^2» = «42.25 - 6.25» = «36»$.", None),
        (r"The diagonal of a unit square has length $\sqrt{«2»}$, about $«1.4142»$.", lambda: [1**2 + 1**2, sqrt(2)]),
        (r"The height of an equilateral triangle with side $2$ is $«\sqrt{3}»$,", lambda: sqrt(2**2 - 1**2)),
        (r"so its area is $«\sqrt{3}»$ as well", lambda: Triangle(sss=(2, 2, 2)).area),
        (r"The space diagonal of a box with sides $2$, $3$ and $6$ is $«\sqrt{4 + 9 + 36}» = «7»$.", lambda: sqrt(2**2 + 3**2 + 6**2)),
        ("A closed rope with knots at distances $3$, $4$ and $5$, stretched into a triangle, therefore gives a right angle, since $«9 + 16» = «25»$.", None),
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
        (r"Since $v - u$ is the vector $\overrightarrow{BC}$ and has the length $«5»$ like $u = \overrightarrow{AB}$,", lambda: [Point(5, 4).distance(Point(2, 8))] if Point(5, 4).distance(Point(1, 1)) == 5 else []),
    ],
    "geometry/circles-and-power-of-a-point": [
        ("The equation $x^2 + y^2 - 4x + 6y - 12 = 0$ is turned into this form by completing the square: $(x - 2)^2 + (y + 3)^2 = «25»$.", lambda: expand((x - 2)**2 + (y + 3)**2) - (x**2 + y**2 - 4*x + 6*y - 12)),
        ("So the centre is $(«2, -3»)$ and the radius is $«5»$.", lambda: [tuple(CIRCLE.center), CIRCLE.radius]),
        ("At the point $(5, 1)$ the radius has the direction $(«3, 4»)$, so the tangent is $3x + 4y = «19»$.", lambda: [tuple(Point(5, 1) - CIRCLE.center), 3*5 + 4*1]),
        ("The power of $P$ is $«100 - 36» = «64»$, and the tangents from $P$ have length $«8»$.", lambda: [10**2 - 6**2, 10**2 - 6**2, sqrt(10**2 - 6**2)]),
        (r"A line through $P$ first meets the circle at distance $5$ from $P$. The second intersection is then at distance $«\frac{64}{5}» = «12.8»$", lambda: Rational(10**2 - 6**2, 5)),
        ("the chord between the two points has length $«7.8»$", lambda: Rational(64, 5) - 5),
        ("the diameter $«12»$", lambda: 2*6),
        (r"For a rectangle with sides $3$ and $4$ this is $«5 \cdot 5» = «3 \cdot 3 + 4 \cdot 4»$,", lambda: sqrt(3**2 + 4**2)**2),
    ],
    "geometry/triangle-13-14-15": [
        (r"$s = \frac{13 + 14 + 15}{2} = «21»$", lambda: Rational(13 + 14 + 15, 2)),
        (r"$F = \sqrt{s(s-a)(s-b)(s-c)} = «\sqrt{21 \cdot 8 \cdot 7 \cdot 6}» = «84»$.", lambda: TRIANGLE.area),
        (r"The height on the side $b$ is $\frac{2 \cdot 84}{14} = «12»$;", lambda: 2*TRIANGLE.area/14),
        ("it splits the triangle into two right triangles with the sides $«5», 12, 13$ and $«9», 12, 15$, and $«5 + 9» = «14»$.", lambda: [sqrt(13**2 - 12**2), sqrt(15**2 - 12**2), 14, 14]),
        (r"$\cos \beta = «\frac{169 + 225 - 196}{2 \cdot 13 \cdot 15}» = «\frac{33}{65}»$,", lambda: Rational(13**2 + 15**2 - 14**2, 2*13*15)),
        (r"$\beta \approx «59.49^\circ»$", lambda: acos(Rational(33, 65))),
        (r"Then $\sin \beta = «\frac{56}{65}»$,", lambda: sin(acos(Rational(33, 65)))),
        (r"the area is $«\frac{1}{2} \cdot 13 \cdot 15 \cdot \frac{56}{65}» = «84»$ again", lambda: TRIANGLE.area),
        (r"Here $r = \frac{84}{21} = «4»$.", lambda: TRIANGLE.inradius),
        (r"We find $R = \frac{13 \cdot 14 \cdot 15}{4 \cdot 84} = «\frac{65}{8}»$.", lambda: TRIANGLE.circumradius),
        (r"In our triangle $d^2 = «\frac{65}{8}\left(\frac{65}{8} - 8\right)» = «\frac{65}{64}»$,", lambda: TRIANGLE.circumcenter.distance(TRIANGLE.incenter)**2),
        (r"$d \approx «1.008»$", lambda: sqrt(Rational(65, 64))),
        (r"Its distances from the two ends are $«\sqrt{25 + 144}» = «13»$ and $«\sqrt{81 + 144}» = «15»$.", lambda: [Point(5, 12).distance(Point(0, 0))] * 2 + [Point(5, 12).distance(Point(14, 0))] * 2),
    ],
    "geometry/euler-polyhedron-formula": [
        ("A cube has $V = «8»$, $E = «12»$, $F = «6»$,", lambda: [len(CUBE), CUBE.size(), len(list(nx.simple_cycles(CUBE, length_bound=4)))]),
        ("$V - E + F = «8 - 12 + 6» = «2»$.", None),
        ("there are exactly $«5»$ pairs: $«(3, 3)»$, $«(3, 4)»$, $«(4, 3)»$, $«(3, 5)»$ and $«(5, 3)»$", lambda: [len(PLATONIC), *PLATONIC]),
        (r"Here $p = 5$ and $q = 3$, so $\frac{1}{E} = «\frac{1}{5} + \frac{1}{3} - \frac{1}{2}» = «\frac{1}{30}»$,", lambda: Rational(1, nx.dodecahedral_graph().size())),
        ("$E = «30»$, $F = «12»$ and $V = «20»$", lambda: [nx.dodecahedral_graph().size(), 2*nx.dodecahedral_graph().size()/5, len(nx.dodecahedral_graph())]),
        (r"There are $\frac{12 \cdot 5 + 20 \cdot 6}{2} = «90»$ edges and $F = «32»$, so $V = «2 + 90 - 32» = «60»$.", lambda: [Rational(12*5 + 20*6, 2), 12 + 20, 60, Rational(12*5 + 20*6, 3)]),
        (r"Five points joined in all possible ways need $«10»$ edges, but $3 \cdot 5 - 6 = «9»$;", lambda: [nx.complete_graph(5).size() if not nx.check_planarity(nx.complete_graph(5))[0] else None, 3*5 - 6]),
    ],
    "geometry/coloring-knots": [
        (r"Modulo $3$ all three say $a + b + c \equiv 0$, so $a$ and $b$ are free: there are $«9»$ colorings, $«6»$ of them non-trivial.", lambda: [colorings(TREFOIL, 3, 3), colorings(TREFOIL, 3, 3) - 3]),
        ("Modulo $3$ only the $«3»$ trivial colorings satisfy them, but modulo $5$ there are $«25»$,", lambda: [colorings(EIGHT, 4, 3), colorings(EIGHT, 4, 5)]),
        ("$d = 0$, $b = 1$, $a = «2»$, $c = «3»$", lambda: next([a, c] for a, b, c, d in solutions(EIGHT, 4, 5) if (b, d) == (1, 0))),
        (r"For the trefoil this is $\det \begin{pmatrix} 2 & -1 \\ -1 & 2 \end{pmatrix} = «3»$,", lambda: Matrix(TREFOIL)[:2, :2].det()),
        (r"for the figure-eight knot it is $\det \begin{pmatrix} 2 & -1 & -1 \\ -1 & 2 & 0 \\ 0 & -1 & 2 \end{pmatrix} = «5»$", lambda: Matrix(EIGHT)[:3, :3].det()),
    ],
}

CHECKED_BY_HAND = {
    "geometry/pythagorean-theorem": [
        (r"The law of cosines $c^2 = a^2 + b^2 - 2ab \cos \gamma$", "theorem"),
    ],
    "geometry/circles-and-power-of-a-point": [
        (r"$180^\circ$ and every inscribed angle is a right angle", "theorem of Thales"),
    ],
    "geometry/triangle-13-14-15": [
        (r"The law of sines $\frac{a}{\sin \alpha} = \frac{b}{\sin \beta} = \frac{c}{\sin \gamma} = 2R$", "theorem"),
        (r"the circumradius $R$, for which $R = \frac{abc}{4F}$", "standard formula: F = (ac/2) sin(beta) and b = 2R sin(beta)"),
        ("$d^2 = R(R - 2r)$", "Euler's theorem in geometry"),
        (r"The formula also shows $R \ge 2r$", "since a squared distance is not negative and R > 0"),
    ],
    "geometry/euler-polyhedron-formula": [
        ("the result is the same for every convex polyhedron: $V - E + F = 2$", "Euler's theorem, proved in the next paragraph"),
        ("$E = V - 1$ and one region, so $V - E + F = 2$", "base case of the induction"),
        ("$pF = 2E = qV$", "double counting of the edges"),
        (r"$\frac{1}{p} + \frac{1}{q} = \frac{1}{2} + \frac{1}{E}$", "algebra"),
        (r"$\frac{1}{2}$", "consequence of the formula before it"),
        (r"$3F \le 2E$ and hence $E \le 3V - 6$", "double counting and Euler's formula"),
    ],
    "geometry/coloring-knots": [
        ("$p = 3$ the rule says that at each crossing the three arcs have the same color or three different ones", "2x = y + z modulo 3 means x + y + z = 0 modulo 3"),
        (r"It has a diagram with three arcs $a$, $b$, $c$ and the three rules $2a \equiv b + c$, $2b \equiv a + c$, $2c \equiv a + b$.", "read off the standard diagram of the trefoil"),
        (r"A diagram with four arcs has the rules $2a \equiv b + c$, $2b \equiv a + d$, $2c \equiv b + d$, $2d \equiv a + c$.", "read off the standard diagram, planar diagram code X[4,2,5,1] X[8,6,1,5] X[6,3,7,4] X[2,7,3,8]"),
    ],
}

GIVEN = {
    "geometry/vectors-in-the-plane": [
        (r"dot product is $u \cdot v = u_1 v_1 + u_2 v_2$, and the length is $\lVert u \rVert = \sqrt{u \cdot u}$", "definitions"),
        ("Let $A = (1, 1)$, $B = (5, 4)$ and $C = (2, 8)$.", "data of the example"),
        (r"determinant $\det(u, v) = u_1 v_2 - u_2 v_1$ is the signed area of the parallelogram spanned by $u$ and $v$", "definition"),
    ],
    "geometry/circles-and-power-of-a-point": [
        ("Let $r = 6$ and $OP = 10$.", "data of the example"),
    ],
    "geometry/triangle-13-14-15": [
        ("sides $a = 13$, $b = 14$ and $c = 15$", "data of the example"),
        ("Put the ends of the side $b$ at $(0, 0)$ and $(14, 0)$ and the third vertex at $(5, 12)$.", "choice of coordinates"),
    ],
    "geometry/euler-polyhedron-formula": [
        (r"every face has $p \ge 3$ edges and at each vertex $q \ge 3$ faces meet", "definition"),
        ("It has $12$ pentagons and $20$ hexagons.", "data of the example"),
        (r"In a connected simple plane graph with $V \ge 3$", "hypothesis"),
    ],
    "geometry/coloring-knots": [
        (r"the rule $2x \equiv y + z \pmod p$ holds", "definition"),
    ],
}
