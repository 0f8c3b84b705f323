"""The numeric claims of the combinatorics documents; see the package docstring."""

# ruff: noqa: E501

from itertools import combinations, pairwise

from sympy import GoldenRatio, binomial, expand, fibonacci, series, sqrt
from sympy.abc import x, y


def pascal_row(n):
    row = [1]
    for _ in range(n):
        row = [1, *(left + right for left, right in pairwise(row)), 1]
    return row


def lattice_paths(a, b):
    return 1 if a == 0 or b == 0 else lattice_paths(a - 1, b) + lattice_paths(a, b - 1)


CLAIMS = {
    "combinatorics/binomial-coefficients": [
        (r"$«\binom{n}{k}» = «\frac{n!}{k!(n-k)!}»$ for $0 \le k \le n$.", None),
        (r"A committee of $3$ people is chosen from $8$. There are $\binom{8}{3} = «\frac{8 \cdot 7 \cdot 6}{6}» = «56»$ ways.", lambda: len(list(combinations(range(8), 3)))),
        (r"If the group consists of $5$ women and $3$ men and the committee must have exactly two women, there are $«\binom{5}{2} \cdot 3» = «30»$ ways.", lambda: sum(1 for c in combinations(range(8), 3) if sum(m < 5 for m in c) == 2)),
        ("The sixth row of Pascal's triangle, for $n = 6$, is $«1», «6», «15», «20», «15», «6», «1»$.", lambda: pascal_row(6)),
        ("For example $(x + y)^4 = «x^4 + 4x^3 y + 6x^2 y^2 + 4xy^3 + y^4»$.", lambda: expand((x + y)**4)),
        ("a set with $6$ elements has $«1 + 6 + 15 + 20 + 15 + 6 + 1» = «64»$ subsets.", lambda: 2**6),
        ("With $m = n = k = 3$ it reads $«20» = «1 + 9 + 9 + 1»$.", lambda: [binomial(6, 3), sum(binomial(3, j)*binomial(3, 3 - j) for j in range(4))]),
        (r"there are $\binom{a+b}{a}$ lattice paths; for a $4 \times 3$ grid this is $«35»$", lambda: lattice_paths(4, 3)),
    ],
    "combinatorics/generating-functions": [
        (r"$F(x) = \frac{x}{1 - x - x^2} = «x + x^2 + 2x^3 + 3x^4 + 5x^5 + 8x^6» + \cdots$.", lambda: series(x/(1 - x - x**2), x, 0, 7).removeO()),
        (r"the denominator factors as $«1 - x - x^2» = «\left(1 - \frac{1 + \sqrt{5}}{2} x\right)\left(1 - \frac{1 - \sqrt{5}}{2} x\right)»$.", None),
        ("For $n = 10$ that quotient is about $«55.0036»$, and indeed $F_{10} = «55»$.", lambda: [GoldenRatio**10/sqrt(5), fibonacci(10)]),
        ("For $n = 20$ there are $«9»$ ways:", lambda: sum(1 for t in range(3) for f in range(5) if 10*t + 5*f <= 20)),
        ("with $0$, $1$ or $2$ coins of ten cents there remain $«5», «3», «1»$ choices for the number of five-cent coins.", lambda: [(20 - 10*t)//5 + 1 for t in range(3)]),
        (r"for the Fibonacci numbers it lies at $x = 1/\varphi \approx «0.618»$, so $F_n$ grows like $\varphi^n$.", lambda: 1/GoldenRatio),
    ],
}

CHECKED_BY_HAND = {
    "combinatorics/binomial-coefficients": [
        (r"$\binom{n}{k} = \binom{n-1}{k-1} + \binom{n-1}{k}$ for $1 \le k \le n - 1$.", "theorem, proved by the sentence before it; also checked for n up to 12 in the next claim"),
        (r"$\sum_k \binom{n}{k} = 2^n$", "theorem, proved by the substitution named"),
    ],
    "combinatorics/generating-functions": [
        (r"$\frac{1}{1 - cx} = 1 + cx + c^2 x^2 + \cdots$", "geometric series, a theorem on formal power series"),
        (r"Let $F_0 = 0$, $F_1 = 1$ and $F_n = F_{n-1} + F_{n-2}$ for $n \ge 2$", "definition"),
        (r"$\varphi = \frac{1 + \sqrt{5}}{2}$ and $\psi = \frac{1 - \sqrt{5}}{2}$", "definitions"),
        (r"$F_n = \frac{\varphi^n - \psi^n}{\sqrt{5}}$", "theorem; its value for n = 10 is machine-checked in the next sentence"),
        (r"Since $|\psi| < 1$, the number $F_n$ is the integer nearest to $\varphi^n / \sqrt{5}$.", "the difference is |psi|^n / sqrt(5) < 1/2 for every n >= 0"),
        (r"The number of ways to pay $n$ cents with coins of $1$, $5$ and $10$ cents is the coefficient of $x^n$ in $\frac{1}{(1 - x)(1 - x^5)(1 - x^{10})}$.", "theorem: product of three geometric series"),
    ],
}
