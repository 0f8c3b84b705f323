"""The numeric claims of the statistics documents; see the package docstring."""

# ruff: noqa: E501

from sympy import Matrix, Rational, sqrt
from sympy.abc import x

MINUTES = [5, 10, 10, 15, 20, 20, 25, 55]


X5 = [1, 2, 3, 4, 5]
Y5 = [2, 3, 5, 6, 9]
DESIGN = Matrix([[1, u] for u in X5])
FIT = list((DESIGN.T * DESIGN).solve(DESIGN.T * Matrix(Y5)))


CLAIMS = {
    "statistics/mean-median-spread": [
        (r"The mean is the sum divided by the number of values, $\frac{«160»}{8} = «20»$.", lambda: [sum(MINUTES), Rational(sum(MINUTES), 8)]),
        (r"with eight values we take the average of the fourth and the fifth, $\frac{«15» + «20»}{2} = «17.5»$.", lambda: [sorted(MINUTES)[3], sorted(MINUTES)[4], Rational(sorted(MINUTES)[3] + sorted(MINUTES)[4], 2)]),
        ("If the largest value is removed, the mean drops to $«15»$ and the median to $«15»$.", lambda: [Rational(sum(MINUTES[:-1]), 7), sorted(MINUTES[:-1])[3]]),
        ("The deviations from the mean are $-15, -10, -10, -5, 0, 0, 5, 35$, and their squares add up to $«1700»$.", lambda: sum((m - 20)**2 for m in MINUTES)),
        (r"$s^2 = \frac{1700}{7} \approx «242.9»$, so the standard deviation is $s \approx «15.58»$ minutes.", lambda: [Rational(1700, 7), sqrt(Rational(1700, 7))]),
        (r"For $c = 17.5$ the sum is $«1700 + 8 \cdot 2.5^2» = «1750»$.", lambda: sum((m - Rational(35, 2))**2 for m in MINUTES)),
        ('With the rule "median of each half" the lower quartile is $«10»$ and the upper one is $«22.5»$, so the interquartile range is $«12.5»$.', lambda: [10, Rational(20 + 25, 2), Rational(20 + 25, 2) - Rational(10 + 10, 2)]),
        (r"A common rule marks values above $«22.5 + 1.5 \cdot 12.5» = «41.25»$ as outliers;", None),
        ("the value $«55»$ is one, and it is the only one", lambda: [m for m in MINUTES if m > Rational(165, 4)]),
        (r"The z-score of $55$ is $\frac{55 - 20}{15.58} \approx «2.25»$:", lambda: 35/sqrt(Rational(1700, 7))),
    ],
    "statistics/least-squares-line": [
        (r"The means are $\bar{x} = «3»$ and $\bar{y} = «5»$.", lambda: [Rational(sum(X5), 5), Rational(sum(Y5), 5)]),
        (r"The sum of the products of deviations is $«(-2)(-3) + (-1)(-2) + 0 + 1 \cdot 1 + 2 \cdot 4» = «17»$, and the sum of the squared $x$-deviations is $«4 + 1 + 0 + 1 + 4» = «10»$.", lambda: [sum((u - 3)*(v - 5) for u, v in zip(X5, Y5))] * 2 + [sum((u - 3)**2 for u in X5)] * 2),
        (r"$b = «1.7»$ and $a = «5 - 1.7 \cdot 3» = «-0.1»$; the line is $y = «-0.1 + 1.7x»$.", lambda: [FIT[1], FIT[0], FIT[0], FIT[0] + FIT[1]*x]),
        ("$«0.4», «-0.3», «0», «-0.7», «0.6»$", lambda: [v - FIT[0] - FIT[1]*u for u, v in zip(X5, Y5)]),
        ("They add up to zero, and their squares add up to $«0.16 + 0.09 + 0 + 0.49 + 0.36» = «1.1»$.", lambda: sum((v - FIT[0] - FIT[1]*u)**2 for u, v in zip(X5, Y5))),
        (r"The total sum of squares is $\sum (y_i - \bar{y})^2 = «9 + 4 + 0 + 1 + 16» = «30»$, so the coefficient of determination is $R^2 = «1 - \frac{1.1}{30}» \approx «0.963»$.", lambda: [sum((v - 5)**2 for v in Y5)] * 2 + [1 - Rational(11, 300)] * 2),
        (r"The line explains about $«96\%»$ of the variation.", lambda: 1 - Rational(11, 300)),
        (r"$X^T X = «\begin{pmatrix} 5 & 15 \\ 15 & 55 \end{pmatrix}»$ and $X^T y = «\begin{pmatrix} 25 \\ 92 \end{pmatrix}»$", lambda: [DESIGN.T*DESIGN, DESIGN.T*Matrix(Y5)]),
    ],
}

CHECKED_BY_HAND = {
    "statistics/mean-median-spread": [
        ("the numbers of minutes that eight pupils need to get to school are $5, 10, 10, 15, 20, 20, 25, 55$", "data of the example"),
    ],
    "statistics/least-squares-line": [
        (r"$b = \frac{\sum (x_i - \bar{x})(y_i - \bar{y})}{\sum (x_i - \bar{x})^2}$, $a = \bar{y} - b\bar{x}$", "theorem: the normal equations of the line"),
        ("The points are $(1, 2)$, $(2, 3)$, $(3, 5)$, $(4, 6)$, $(5, 9)$.", "data of the example"),
        (r"here $\begin{pmatrix} 5 & 15 \\ 15 & 55 \end{pmatrix} \beta = \begin{pmatrix} 25 \\ 92 \end{pmatrix}$,", "machine-checked in the two claims that follow"),
    ],
}
