"""The numeric claims of the statistics documents; see the package docstring."""

# ruff: noqa: E501

from sympy import Matrix, Rational, ceiling, diff, erf, erfc, gamma, solve, sqrt, uppergamma
from sympy.abc import p, x

MINUTES = [5, 10, 10, 15, 20, 20, 25, 55]


X5 = [1, 2, 3, 4, 5]
Y5 = [2, 3, 5, 6, 9]
DESIGN = Matrix([[1, u] for u in X5])
FIT = list((DESIGN.T * DESIGN).solve(DESIGN.T * Matrix(Y5)))


PEAS = [315, 108, 101, 32]


def chi_square(observed, expected):
    return sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))


def upper_tail(degrees, statistic):
    return uppergamma(Rational(degrees, 2), statistic / 2) / gamma(Rational(degrees, 2))


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
        (r"The sum of the products of deviations is $«(-2)(-3) + (-1)(-2) + 0 + 1 \cdot 1 + 2 \cdot 4» = «17»$, and the sum of the squared $x$-deviations is $«4 + 1 + 0 + 1 + 4» = «10»$.", lambda: [sum((u - 3)*(v - 5) for u, v in zip(X5, Y5, strict=True))] * 2 + [sum((u - 3)**2 for u in X5)] * 2),
        (r"$b = «1.7»$ and $a = «5 - 1.7 \cdot 3» = «-0.1»$; the line is $y = «-0.1 + 1.7x»$.", lambda: [FIT[1], FIT[0], FIT[0], FIT[0] + FIT[1]*x]),
        ("$«0.4», «-0.3», «0», «-0.7», «0.6»$", lambda: [v - FIT[0] - FIT[1]*u for u, v in zip(X5, Y5, strict=True)]),
        ("They add up to zero, and their squares add up to $«0.16 + 0.09 + 0 + 0.49 + 0.36» = «1.1»$.", lambda: sum((v - FIT[0] - FIT[1]*u)**2 for u, v in zip(X5, Y5, strict=True))),
        (r"The total sum of squares is $\sum (y_i - \bar{y})^2 = «9 + 4 + 0 + 1 + 16» = «30»$, so the coefficient of determination is $R^2 = «1 - \frac{1.1}{30}» \approx «0.963»$.", lambda: [sum((v - 5)**2 for v in Y5)] * 2 + [1 - Rational(11, 300)] * 2),
        (r"The line explains about $«96\%»$ of the variation.", lambda: 1 - Rational(11, 300)),
        (r"$X^T X = «\begin{pmatrix} 5 & 15 \\ 15 & 55 \end{pmatrix}»$ and $X^T y = «\begin{pmatrix} 25 \\ 92 \end{pmatrix}»$", lambda: [DESIGN.T*DESIGN, DESIGN.T*Matrix(Y5)]),
    ],
    "statistics/confidence-intervals": [
        ("A standard normal variable lies between $-1.96$ and $1.96$ with probability about $«0.9500»$,", lambda: erf(Rational(196, 100)/sqrt(2))),
        (r"The standard error is $\frac{8}{\sqrt{64}} = «1»$ and the interval reaches from $«50.04»$ to $«53.96»$.", lambda: [8/sqrt(64), 52 - Rational(196, 100), 52 + Rational(196, 100)]),
        (r"$«4 \cdot 64» = «256»$", None),
        (r"Then $\hat{p} = «0.52»$, the standard error is $\sqrt{\frac{0.52 \cdot 0.48}{1000}} \approx «0.0158»$, and the interval is roughly $0.52 \pm 0.031$.", lambda: [Rational(520, 1000), sqrt(Rational(52*48, 10**7))]),
        ("Its lower end is about $«0.489»$;", lambda: Rational(52, 100) - Rational(196, 100)*sqrt(Rational(52*48, 10**7))),
        (r"Because $p(1 - p) \le «\frac{1}{4}»$", lambda: (p*(1 - p)).subs(p, solve(diff(p*(1 - p), p), p)[0])),
        (r"For a margin of $0.03$ we need $n \ge \left(\frac{0.98}{0.03}\right)^2 \approx «1067.1»$, so $«1068»$ people suffice.", lambda: [Rational(98, 3)**2, ceiling(Rational(98, 3)**2)]),
        (r"with $\bar{x} = 20$ and $s = 3$ the interval is $20 \pm «2.306»$", lambda: Rational(2306, 1000)*3/sqrt(9)),
    ],
    "statistics/chi-square-test": [
        ("His theory predicts the ratio $9 : 3 : 3 : 1$; for $«556»$ seeds", lambda: sum(PEAS)),
        ("the expected counts are $«312.75», «104.25», «104.25», «34.75»$", lambda: [sum(PEAS)*Rational(share, 16) for share in (9, 3, 3, 1)]),
        ("The statistic is about $«0.470»$:", lambda: chi_square(PEAS, [Rational(556*share, 16) for share in (9, 3, 3, 1)])),
        ("the four terms are about $«0.016»$, about $«0.135»$, about $«0.101»$ and about $«0.218»$", lambda: [(o - e)**2/e for o, e in zip(PEAS, [Rational(556*share, 16) for share in (9, 3, 3, 1)], strict=True)]),
        ("the tail beyond $7.815$ being about $«0.050»$", lambda: upper_tail(3, Rational(7815, 1000))),
        ("the $p$-value is about $«0.925»$", lambda: upper_tail(3, chi_square(PEAS, [Rational(556*share, 16) for share in (9, 3, 3, 1)]))),
        (r"each group would have $\frac{50 \cdot 45}{100} = «22.5»$ flowering and $«27.5»$ other plants", lambda: [Rational(50*45, 100), Rational(50*55, 100)]),
        (r"All four deviations are $7.5$ in absolute value, so $\chi^2 = «7.5^2 \left(\frac{2}{22.5} + \frac{2}{27.5}\right)» = «\frac{100}{11}» \approx «9.09»$.", lambda: chi_square([30, 20, 15, 35], [Rational(45, 2), Rational(55, 2)] * 2)),
        ("the $p$-value is about $«0.0026»$", lambda: erfc(sqrt(Rational(100, 11)/2))),
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
    "statistics/confidence-intervals": [
        (r"$95\%$ is computed from the sample by a rule that covers the true parameter in $95\%$ of all samples", "definition"),
        (r"the interval $\bar{x} \pm 1.96 \frac{\sigma}{\sqrt{n}}$ has the level $95\%$", "standard formula; uses the probability checked in the same sentence"),
        (r"From $n = 64$ observations with $\sigma = 8$ the mean is $\bar{x} = 52$.", "data of the example"),
        ("In a poll $520$ of $1000$ people say yes.", "data of the example"),
        ("since $0.5$ lies inside", "0.489 < 0.5 < 0.551"),
        ("For $n = 9$ the factor $1.96$ becomes $2.306$:", "table value: the 97.5% quantile of Student's t with 8 degrees of freedom"),
    ],
    "statistics/chi-square-test": [
        ("at least $5$", "rule of thumb"),
        ("In 1866 Gregor Mendel reported $315$ round yellow, $108$ round green, $101$ wrinkled yellow and $32$ wrinkled green seeds.", "historical data"),
        (r"the value exceeded with probability $5\%$ is $7.815$", "table value; the upper tail at 7.815 is machine-checked next"),
        ("Of $50$ treated plants $30$ flower, of $50$ untreated ones $15$ do.", "data of the example"),
        (r"the critical value at level $5\%$ is $3.84$", "table value, the square of 1.96"),
        ("its variance is $2k$", "standard moments of the chi-square distribution"),
    ],
}
