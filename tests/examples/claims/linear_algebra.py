"""The numeric claims of the linear algebra documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from sympy import (
    Abs,
    GramSchmidt,
    Integer,
    Matrix,
    Rational,
    cos,
    det,
    expand,
    eye,
    factorial,
    pi,
    simplify,
    sin,
    sqrt,
    symbols,
    trace,
)
from sympy.abc import a, b, c, d, lamda, n, x, y


def solution():
    matrix = Matrix([[1, 2, 1], [2, 1, -1], [3, -1, 2]])
    return list(matrix.solve(Matrix([8, 1, 7])))


VANDERMONDE = det(Matrix(3, 3, lambda r, c: symbols(f'x_{r + 1}') ** c))


A1, A2, B3 = Matrix([1, 1, 0]), Matrix([1, 0, 1]), Matrix([1, 2, 3])
COLUMNS = Matrix.hstack(A1, A2)
PROJECTION = COLUMNS * (COLUMNS.T * COLUMNS).inv() * COLUMNS.T * B3


DIFFERENTIATION = Matrix([[0, 1, 0], [0, 0, 2], [0, 0, 0]])


FORM = Matrix([[4, 6], [6, 13]])


CLAIMS = {
    "linear-algebra/gaussian-elimination": [
        (r"Subtract twice the first row from the second and three times the first from the third: $«\begin{pmatrix} 1 & 2 & 1 & 8 \\ 0 & -3 & -3 & -15 \\ 0 & -7 & -1 & -17 \end{pmatrix}»$.", lambda: Matrix([[1, 2, 1, 8], [2 - 2, 1 - 4, -1 - 2, 1 - 16], [3 - 3, -1 - 6, 2 - 3, 7 - 24]])),
        ("Divide the second row by $-3$; it becomes $«(0, 1, 1, 5)»$.", lambda: tuple(Matrix([0, -3, -3, -15])/-3)),
        ("Add seven times this row to the third, which becomes $«(0, 0, 6, 18)»$.", lambda: tuple(Matrix([0, -7, -1, -17]) + 7*Matrix([0, 1, 1, 5]))),
        (r"$z = «3»$, then $y = «5 - 3» = «2»$, and finally $x = «8 - 2 \cdot 2 - 3» = «1»$.", lambda: [solution()[2], solution()[1], solution()[1], solution()[0], solution()[0]]),
        (r"$«3 \cdot 1 - 2 + 2 \cdot 3» = «7»$.", None),
        ("Here they are $1$, $-3$ and $6$, and the determinant of the coefficient matrix is their product, $«-18»$,", lambda: det(Matrix([[1, 2, 1], [2, 1, -1], [3, -1, 2]]))),
    ],
    "linear-algebra/eigenvalues-and-diagonalization": [
        (r"Its characteristic polynomial is $«\lambda^2 - 7\lambda + 10» = «(\lambda - 2)(\lambda - 5)»$,", lambda: det(Matrix([[4, 1], [2, 3]]) - lamda*eye(2))),
        ("the eigenvalues are $«2»$ and $«5»$", lambda: sorted(Matrix([[4, 1], [2, 3]]).eigenvals())),
        ("Eigenvectors are $(1, -2)$ for $2$ and $(1, 1)$ for $5$: $A$ maps them to $(«2, -4»)$ and $(«5, 5»)$.", lambda: [tuple(Matrix([[4, 1], [2, 3]])*Matrix([1, -2])), tuple(Matrix([[4, 1], [2, 3]])*Matrix([1, 1]))]),
        (r"here $«2 + 5» = «7»$ and $«2 \cdot 5» = «10»$.", lambda: [trace(Matrix([[4, 1], [2, 3]]))] * 2 + [det(Matrix([[4, 1], [2, 3]]))] * 2),
        (r"The vector $(1, 0)$ equals $«\frac{1}{3}»(1, -2) + «\frac{2}{3}»(1, 1)$,", lambda: list(Matrix([[1, 1], [-2, 1]]).solve(Matrix([1, 0])))),
        (r"so $A^n (1, 0)$ has the first coordinate $«\frac{2^n + 2 \cdot 5^n}{3}»$.", lambda: simplify((Matrix([[4, 1], [2, 3]])**n)[0, 0])),
        (r"For $n = 3$ this is $«\frac{8 + 250}{3}» = «86»$.", lambda: (Matrix([[4, 1], [2, 3]])**3)[0, 0]),
        (r"Its eigenvalues are $«\frac{1 + \sqrt{5}}{2}»$ and $«\frac{1 - \sqrt{5}}{2}»$,", lambda: sorted(Matrix([[1, 1], [1, 0]]).eigenvals(), reverse=True)),
        (r"The shear $\begin{pmatrix} 1 & 1 \\ 0 & 1 \end{pmatrix}$ has the only eigenvalue $«1»$ and, up to scaling, a single eigenvector.", lambda: list(Matrix([[1, 1], [0, 1]]).eigenvals()) if len(Matrix([[1, 1], [0, 1]]).eigenvects()[0][2]) == 1 else []),
    ],
    "linear-algebra/determinants": [
        (r"$\det \begin{pmatrix} a & b \\ c & d \end{pmatrix} = «ad - bc»$.", lambda: det(Matrix([[a, b], [c, d]]))),
        (r"$\det \begin{pmatrix} 2 & 1 & 3 \\ 0 & 4 & 1 \\ 5 & 2 & 1 \end{pmatrix} = «2(4 - 2) - 1(0 - 5) + 3(0 - 20)» = «4 + 5 - 60» = «-51»$.", lambda: det(Matrix([[2, 1, 3], [0, 4, 1], [5, 2, 1]]))),
        (r"The three edge vectors from the origin have the determinant $\det \begin{pmatrix} 1 & 2 & 0 \\ 0 & 1 & 3 \\ 2 & 0 & 1 \end{pmatrix} = «1(1 - 0) - 2(0 - 6)» = «13»$,", lambda: det(Matrix([[1, 2, 0], [0, 1, 3], [2, 0, 1]]))),
        (r"The tetrahedron has one sixth of it, $«\frac{13}{6}»$.", lambda: Abs(Matrix([1, 2, 0]).cross(Matrix([0, 1, 3])).dot(Matrix([2, 0, 1])))/6),
        ("the determinant of the coefficients is $«12 - 2» = «10»$", lambda: det(Matrix([[3, 2], [1, 4]]))),
        (r"$x = \frac{7 \cdot 4 - 2 \cdot 9}{10} = «1»$, $y = \frac{3 \cdot 9 - 7 \cdot 1}{10} = «2»$.", lambda: list(Matrix([[3, 2], [1, 4]]).solve(Matrix([7, 9])))),
        (r"For $n = 10$ these are $«3628800»$ products, while the elimination needs about $\frac{2}{3} \cdot 1000 \approx «667»$ operations.", lambda: [factorial(10), Rational(2, 3)*10**3]),
        (r"$\det \begin{pmatrix} 1 & x_1 & x_1^2 \\ 1 & x_2 & x_2^2 \\ 1 & x_3 & x_3^2 \end{pmatrix} = «(x_2 - x_1)(x_3 - x_1)(x_3 - x_2)»$", lambda: VANDERMONDE),
        (r"for $1, 2, 4$ it equals $«1 \cdot 3 \cdot 2» = «6»$", lambda: det(Matrix(3, 3, lambda r, c: Integer([1, 2, 4][r])**c))),
    ],
    "linear-algebra/orthogonal-projection": [
        (r"Since $a_2 \cdot u_1 = «1»$ and $u_1 \cdot u_1 = «2»$, we get $u_2 = a_2 - \frac{1}{2} u_1 = \left(«\frac{1}{2}, -\frac{1}{2}, 1»\right)$.", lambda: [A2.dot(A1), A1.dot(A1), tuple(GramSchmidt([A1, A2])[1])]),
        (r"The coefficients of $b$ are $\frac{b \cdot u_1}{u_1 \cdot u_1} = «\frac{3}{2}»$ and $\frac{b \cdot u_2}{u_2 \cdot u_2} = \frac{5/2}{3/2} = «\frac{5}{3}»$.", lambda: [B3.dot(u)/u.dot(u) for u in GramSchmidt([A1, A2])]),
        (r"The projection is $p = \frac{3}{2} u_1 + \frac{5}{3} u_2 = \left(«\frac{7}{3}, \frac{2}{3}, \frac{5}{3}»\right)$.", lambda: tuple(PROJECTION)),
        (r"The rest is $b - p = \left(«-\frac{4}{3}, \frac{4}{3}, \frac{4}{3}»\right)$, and its dot products with $a_1$ and $a_2$ are zero.", lambda: [tuple(B3 - PROJECTION)] if A1.dot(B3 - PROJECTION) == A2.dot(B3 - PROJECTION) == 0 else []),
        (r"The distance of $b$ from the plane is $«\frac{4}{\sqrt{3}}» \approx «2.309»$.", lambda: sqrt((B3 - PROJECTION).dot(B3 - PROJECTION))),
        (r"Here $«\begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix}» x = «\begin{pmatrix} 3 \\ 4 \end{pmatrix}»$ with the solution $x = \left(«\frac{2}{3}, \frac{5}{3}»\right)$,", lambda: [COLUMNS.T*COLUMNS, COLUMNS.T*B3, tuple((COLUMNS.T*COLUMNS).solve(COLUMNS.T*B3))]),
        (r"$\frac{2}{3} a_1 + \frac{5}{3} a_2$ is again $\left(«\frac{7}{3}, \frac{2}{3}, \frac{5}{3}»\right)$", lambda: tuple(A1*2/3 + A2*5/3)),
    ],
    "linear-algebra/bases-and-dimension": [
        (r"Written as rows of coefficients they form a matrix with $\det \begin{pmatrix} 1 & 1 & 0 \\ 0 & 1 & 1 \\ 1 & 0 & 1 \end{pmatrix} = «2»$,", lambda: det(Matrix([[1, 1, 0], [0, 1, 1], [1, 0, 1]]))),
        ("The polynomial $3 + 2x + 5x^2$ has in this basis the coordinates $a = «0»$, $b = «2»$, $c = «3»$,", lambda: list(Matrix([[1, 0, 1], [1, 1, 0], [0, 1, 1]]).solve(Matrix([3, 2, 5])))),
        ("Check: $«2(x + x^2) + 3(1 + x^2)» = «3 + 2x + 5x^2»$.", None),
        ("$p_1 + p_2 + p_3 = «2 + 2x + 2x^2»$", lambda: expand((1 + x) + (x + x**2) + (1 + x**2))),
        ("The rank is $«1»$, the null space has dimension $«2»$,", lambda: [Matrix([[1, 2, 3], [2, 4, 6]]).rank(), len(Matrix([[1, 2, 3], [2, 4, 6]]).nullspace())]),
        ("$(-2, 1, 0)$ and $(-3, 0, 1)$ are a basis of it: the products with the first row are $«-2 + 2» = «0»$ and $«-3 + 3» = «0»$", lambda: 0),
        ("of rank $«2»$; its third power is zero, since the third derivative of such a polynomial vanishes", lambda: [DIFFERENTIATION.rank()] if (DIFFERENTIATION**3).is_zero_matrix else []),
    ],
    "linear-algebra/rotations-and-principal-axes": [
        (r"For example, the rotation by $60^\circ$ takes $(2, 0)$ to $(«1, \sqrt{3}»)$.", lambda: (2*cos(pi/3), 2*sin(pi/3))),
        ("whose trace is $«17»$ and whose determinant is $«16»$", lambda: [trace(FORM), det(FORM)]),
        ("the eigenvalues are $«16»$ and $«1»$", lambda: sorted(FORM.eigenvals(), reverse=True)),
        ("Eigenvectors are $(1, 2)$ and $(2, -1)$, since $A$ maps them to $(«16, 32»)$ and $(«2, -1»)$.", lambda: [tuple(FORM*Matrix([1, 2])), tuple(FORM*Matrix([2, -1]))]),
        (r"$«1 \cdot 2 + 2 \cdot (-1)» = «0»$.", None),
        ("the semi-axes $«1»$ and $«4»$", lambda: [sqrt(16/v) for v in sorted(FORM.eigenvals(), reverse=True)]),
        (r"its area is $«4\pi»$", lambda: pi*16/sqrt(det(FORM))),
        (r"its foci lie at distance $«\sqrt{15}»$ from the centre, on the long axis", lambda: sqrt(Integer(4)**2 - 1**2)),
        (r"the end point $\frac{4}{\sqrt{5}}(2, -1)$ gives $\frac{16}{5}(«16 - 24 + 13») = «16»$", lambda: [4*2**2 + 12*2*(-1) + 13*(-1)**2, (4*x**2 + 12*x*y + 13*y**2).subs({x: 8/sqrt(5), y: -4/sqrt(5)})]),
        (r"For $xy = 1$ the matrix has the eigenvalues $«\frac{1}{2}»$ and $«-\frac{1}{2}»$,", lambda: sorted(Matrix([[0, Rational(1, 2)], [Rational(1, 2), 0]]).eigenvals(), reverse=True)),
    ],
}

CHECKED_BY_HAND = {
    "linear-algebra/gaussian-elimination": [
        ("For example $x + y = 2$ and $2x + 2y = 5$ contradict each other", "twice the first equation is 2x + 2y = 4"),
        ("$x + y = 2$ and $2x + 2y = 4$ leave the line of solutions $(t, 2 - t)$", "the second equation is twice the first"),
        (r"about $\frac{2}{3} n^3$ arithmetic operations for large $n$", "leading term of the sum of 2 k^2 for k < n, which is 2 n^3 / 3"),
    ],
    "linear-algebra/eigenvalues-and-diagonalization": [
        (r"the characteristic polynomial is $\lambda^2 - (\operatorname{tr} A)\lambda + \det A$", "direct expansion of the determinant"),
        (r"The matrix $\begin{pmatrix} 1 & 1 \\ 1 & 0 \end{pmatrix}$ maps $(F_n, F_{n-1})$ to $(F_{n+1}, F_n)$.", "direct multiplication and the Fibonacci recurrence"),
    ],
    "linear-algebra/determinants": [
        (r"For square matrices of the same size $\det(AB) = \det(A)\det(B)$, and $\det(A^T) = \det(A)$", "theorems"),
        ("three points with different abscissas determine exactly one polynomial of degree at most $2$", "interpolation theorem"),
    ],
    "linear-algebra/orthogonal-projection": [
        (r"$p = \frac{b \cdot u_1}{u_1 \cdot u_1} u_1 + \cdots + \frac{b \cdot u_k}{u_k \cdot u_k} u_k$", "standard formula; a numeric case is machine-checked below"),
    ],
    "linear-algebra/bases-and-dimension": [
        ("The polynomials of degree at most $2$ with real coefficients, together with zero, form a space with the basis $1, x, x^2$ and dimension $3$.", "standard basis"),
        ("$a + c = 3$, $a + b = 2$, $b + c = 5$", "comparison of coefficients"),
        ("Such a sequence is determined by $a_0$ and $a_1$, so the dimension is $2$.", "the initial values are free coordinates"),
        (r"On polynomials of degree at most $2$ it has, with respect to $1, x, x^2$, the matrix $\begin{pmatrix} 0 & 1 & 0 \\ 0 & 0 & 2 \\ 0 & 0 & 0 \end{pmatrix}$", "columns are the coordinates of 0, 1 and 2x"),
    ],
    "linear-algebra/rotations-and-principal-axes": [
        (r"The left-hand side is the quadratic form of $A = \begin{pmatrix} 4 & 6 \\ 6 & 13 \end{pmatrix}$", "the mixed coefficient is split into two halves"),
        (r"$16u^2 + v^2 = 16$, or $u^2 + \frac{v^2}{16} = 1$", "principal axes; the eigenvalues are machine-checked before"),
    ],
}

GIVEN = {
    "linear-algebra/gaussian-elimination": [
        ("Solve $x + 2y + z = 8$, $2x + y - z = 1$, $3x - y + 2z = 7$.", "data of the example"),
        (r"$\begin{pmatrix} 1 & 2 & 1 & 8 \\ 2 & 1 & -1 & 1 \\ 3 & -1 & 2 & 7 \end{pmatrix}$", "data of the example"),
    ],
    "linear-algebra/eigenvalues-and-diagonalization": [
        (r"Let $A = \begin{pmatrix} 4 & 1 \\ 2 & 3 \end{pmatrix}$.", "data of the example"),
    ],
    "linear-algebra/determinants": [
        ("Its vertices are $(0, 0, 0)$, $(1, 2, 0)$, $(0, 1, 3)$ and $(2, 0, 1)$.", "data of the example"),
        ("For $3x + 2y = 7$ and $x + 4y = 9$", "data of the example"),
    ],
    "linear-algebra/orthogonal-projection": [
        ("Let $a_1 = (1, 1, 0)$, $a_2 = (1, 0, 1)$ and $b = (1, 2, 3)$.", "data of the example"),
    ],
    "linear-algebra/bases-and-dimension": [
        ("Consider $p_1 = 1 + x$, $p_2 = x + x^2$ and $p_3 = 1 + x^2$.", "data of the example"),
        (r"Let $A = \begin{pmatrix} 1 & 2 & 3 \\ 2 & 4 & 6 \end{pmatrix}$.", "data of the example"),
        (r"The sequences with $a_n = a_{n-1} + a_{n-2}$ for $n \ge 2$", "definition"),
    ],
    "linear-algebra/rotations-and-principal-axes": [
        (r"$R_\theta = \begin{pmatrix} \cos \theta & -\sin \theta \\ \sin \theta & \cos \theta \end{pmatrix}$", "definition"),
        ("Which curve is $4x^2 + 12xy + 13y^2 = 16$?", "data of the example"),
    ],
}
