"""The numeric claims of the algebra documents; see the package docstring."""

# ruff: noqa: E501

from sympy import Mul, diff, discriminant, solve, summation
from sympy.abc import k, n, x

CLAIMS = {
    "algebra/completing-the-square": [
        ("Since $«x^2 - 6x + 2» = «(x - 3)^2 - 7»$ for every $x$,", None),
        (r"the equation $x^2 - 6x + 2 = 0$ has the two roots $x = «3 + \sqrt{7}»$ and $x = «3 - \sqrt{7}»$.", lambda: sorted(solve(x**2 - 6*x + 2), reverse=True)),
        ("the parabola $y = x^2 - 6x + 2$ has its vertex at $(«3, -7»)$", lambda: (3, (x**2 - 6*x + 2).subs(x, solve(diff(x**2 - 6*x + 2))[0]))),
        ("only at $x = «3»$", lambda: solve((x - 3)**2)[0]),
        (r"$«x^2 + \frac{b}{a} x + \frac{c}{a}» = «\left(x + \frac{b}{2a}\right)^2 - \frac{b^2 - 4ac}{4a^2}»$.", None),
        (r"For $2x^2 + 3x - 5 = 0$ we get $D = «9 + 40» = «49»$, so $x = \frac{-3 \pm 7}{4}$ and the roots are $«1»$ and $«-\frac{5}{2}»$.", lambda: [discriminant(2*x**2 + 3*x - 5, x)] * 2 + sorted(solve(2*x**2 + 3*x - 5), reverse=True)),
        (r"the sum of the roots is $«-\frac{3}{2}»$ and their product is $«-\frac{5}{2}»$", lambda: [sum(solve(2*x**2 + 3*x - 5)), Mul(*solve(2*x**2 + 3*x - 5))]),
    ],
    "algebra/proof-by-induction": [
        (r"$1 + 2 + \cdots + n = «\frac{n(n+1)}{2}»$ for all $n \ge 1$.", lambda: summation(k, (k, 1, n))),
        (r"$«\frac{n(n+1)}{2} + (n+1)» = «\frac{(n+1)(n+2)}{2}»$,", None),
        ("For instance, the first $100$ integers add up to $«5050»$.", lambda: sum(range(1, 101))),
        ("The first $n$ odd numbers add up to $«n^2»$; with five terms, $«1 + 3 + 5 + 7 + 9» = «25»$.", lambda: [summation(2*k - 1, (k, 1, n)), sum(range(1, 10, 2)), sum(range(1, 10, 2))]),
        ("$«n^2 + (2n + 1)» = «(n + 1)^2»$.", None),
        ("$«7 - 1» = «6»$", None),
        ("$«7^{n+1} - 1» = «7(7^n - 1) + 6»$,", None),
        ("The base case reads $«32» > «25»$", lambda: [2**5, 5**2]),
        ("At $n = 3$ the inequality fails, since $«8» < «9»$,", lambda: [2**3, 3**2]),
    ],
}

CHECKED_BY_HAND = {
    "algebra/completing-the-square": [
        (r"$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$.", "standard formula; it follows from the machine-checked identity before it"),
        ("$D = b^2 - 4ac$ is the discriminant", "definition"),
    ],
    "algebra/proof-by-induction": [
        ("$7^n - 1$ is divisible by $6$", "consequence of the induction step quoted in the next sentence; holds for all n since 7 is 1 modulo 6"),
        (r"For $n \ge 5$ we have $2^n > n^2$.", "theorem, proved in the text that follows"),
        (r"if $2^n > n^2$ with $n \ge 5$, then $2^{n+1} > 2n^2 = n^2 + n \cdot n \ge n^2 + 5n > n^2 + 2n + 1$", "chain of inequalities: n*n >= 5n since n >= 5, and 5n > 2n + 1 since 3n > 1"),
    ],
}
