"""The numeric claims of the linear algebra documents; see the package docstring."""

# ruff: noqa: E501

from sympy import Matrix, det, eye, simplify, trace
from sympy.abc import lamda, n


def solution():
    matrix = Matrix([[1, 2, 1], [2, 1, -1], [3, -1, 2]])
    return list(matrix.solve(Matrix([8, 1, 7])))


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
        (r"The vector $(1, 0)$ equals $\frac{1}{3}(1, -2) + \frac{2}{3}(1, 1)$, so $A^n (1, 0)$ has the first coordinate $«\frac{2^n + 2 \cdot 5^n}{3}»$.", lambda: simplify((Matrix([[4, 1], [2, 3]])**n)[0, 0])),
        (r"For $n = 3$ this is $«\frac{8 + 250}{3}» = «86»$.", lambda: (Matrix([[4, 1], [2, 3]])**3)[0, 0]),
        (r"Its eigenvalues are $«\frac{1 + \sqrt{5}}{2}»$ and $«\frac{1 - \sqrt{5}}{2}»$,", lambda: sorted(Matrix([[1, 1], [1, 0]]).eigenvals(), reverse=True)),
        (r"The shear $\begin{pmatrix} 1 & 1 \\ 0 & 1 \end{pmatrix}$ has the only eigenvalue $«1»$ and, up to scaling, a single eigenvector.", lambda: list(Matrix([[1, 1], [0, 1]]).eigenvals()) if len(Matrix([[1, 1], [0, 1]]).eigenvects()[0][2]) == 1 else []),
    ],
}

CHECKED_BY_HAND = {
    "linear-algebra/gaussian-elimination": [
        ("Solve $x + 2y + z = 8$, $2x + y - z = 1$, $3x - y + 2z = 7$.", "data of the example"),
        (r"$\begin{pmatrix} 1 & 2 & 1 & 8 \\ 2 & 1 & -1 & 1 \\ 3 & -1 & 2 & 7 \end{pmatrix}$", "data of the example"),
        ("For example $x + y = 2$ and $2x + 2y = 5$ contradict each other", "twice the first equation is 2x + 2y = 4"),
        ("$x + y = 2$ and $2x + 2y = 4$ leave the line of solutions $(t, 2 - t)$", "the second equation is twice the first"),
        (r"about $\frac{2}{3} n^3$ arithmetic operations for large $n$", "leading term of the sum of 2 k^2 for k < n, which is 2 n^3 / 3"),
    ],
    "linear-algebra/eigenvalues-and-diagonalization": [
        (r"Let $A = \begin{pmatrix} 4 & 1 \\ 2 & 3 \end{pmatrix}$.", "data of the example"),
        (r"the characteristic polynomial is $\lambda^2 - (\operatorname{tr} A)\lambda + \det A$", "direct expansion of the determinant"),
        (r"The matrix $\begin{pmatrix} 1 & 1 \\ 1 & 0 \end{pmatrix}$ maps $(F_n, F_{n-1})$ to $(F_{n+1}, F_n)$.", "direct multiplication and the Fibonacci recurrence"),
    ],
}
