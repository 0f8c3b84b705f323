"""The numeric claims of the statistics documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from sympy import (
    Matrix,
    Rational,
    binomial,
    ceiling,
    diff,
    erf,
    erfc,
    gamma,
    integrate,
    log,
    solve,
    sqrt,
    uppergamma,
)
from sympy.abc import lamda, p, x

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


RATIO = Rational(4, 5) ** 16 * Rational(1, 5) ** 4 * 2**20


def tail(p, least):
    return sum(binomial(20, j) * p**j * (1 - p) ** (20 - j) for j in range(least, 21))


CLAIMS = {
    "statistics/mean-median-spread": [
        (r"The mean is the sum divided by the number of values, $\frac{«160»}{8} = «20»$.", lambda: [sum(MINUTES), Rational(sum(MINUTES), 8)]),
        (r"with eight values we take the average of the fourth and the fifth, $\frac{«15» + «20»}{2} = «17.5»$.", lambda: [sorted(MINUTES)[3], sorted(MINUTES)[4], Rational(sorted(MINUTES)[3] + sorted(MINUTES)[4], 2)]),
        ("If the largest value is removed, the mean drops by $«5»$ to $«15»$, the median by $«2.5»$ to $«15»$.", lambda: [20 - Rational(sum(MINUTES[:-1]), 7), Rational(sum(MINUTES[:-1]), 7), Rational(35, 2) - sorted(MINUTES[:-1])[3], sorted(MINUTES[:-1])[3]]),
        ("The deviations from the mean are $«-15, -10, -10, -5, 0, 0, 5, 35»$, and their squares add up to $«1700»$.", lambda: [tuple(m - 20 for m in MINUTES), sum((m - 20)**2 for m in MINUTES)]),
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
        (r"Then $\hat{p} = «0.52»$, the standard error is $\sqrt{\frac{0.52 \cdot 0.48}{1000}} \approx «0.0158»$, and the margin is about $«0.031»$.", lambda: [Rational(520, 1000), sqrt(Rational(52*48, 10**7)), Rational(196, 100)*sqrt(Rational(52*48, 10**7))]),
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
        ("is $7.815$, which is exceeded with probability about $«0.050»$", lambda: upper_tail(3, Rational(7815, 1000))),
        ("the $p$-value is about $«0.925»$", lambda: upper_tail(3, chi_square(PEAS, [Rational(556*share, 16) for share in (9, 3, 3, 1)]))),
        (r"each group would have $\frac{50 \cdot 45}{100} = «22.5»$ flowering and $«27.5»$ other plants", lambda: [Rational(50*45, 100), Rational(50*55, 100)]),
        (r"All four deviations are $7.5$ in absolute value, so $\chi^2 = «7.5^2 \left(\frac{2}{22.5} + \frac{2}{27.5}\right)» = «\frac{100}{11}» \approx «9.09»$.", lambda: chi_square([30, 20, 15, 35], [Rational(45, 2), Rational(55, 2)] * 2)),
        ("the $p$-value is about $«0.0026»$", lambda: erfc(sqrt(Rational(100, 11)/2))),
    ],
    "statistics/bayesian-coin": [
        (r"The likelihoods are $«\frac{1}{8}»$ and $«1»$, so the posterior probability of the fair coin is $\frac{1/8}{1/8 + 1} = «\frac{1}{9}»$.", lambda: [Rational(1, 2)**3, 1, Rational(1, 2)**4/(Rational(1, 2)**4 + Rational(1, 2))]),
        ("With the uniform prior and $7$ heads in $10$ throws the posterior has the parameters $«8»$ and $«4»$.", lambda: [1 + 7, 1 + 3]),
        (r"The normalising integral is $\int_0^1 p^7 (1 - p)^3\,dp = \frac{7!\,3!}{11!} = «\frac{1}{1320}»$.", lambda: integrate(p**7*(1 - p)**3, (p, 0, 1))),
        (r"The posterior mean is $«\frac{8}{12}» = «\frac{2}{3}»$,", lambda: integrate(p**8*(1 - p)**3, (p, 0, 1))*1320),
        ("the density is largest at $p = «0.7»$", lambda: [q for q in solve(diff(p**7*(1 - p)**3, p), p) if 0 < q < 1]),
        (r"$\frac{1}{2}$: it is $\frac{2}{12} \cdot \frac{1}{2} + \frac{10}{12} \cdot \frac{7}{10} = «\frac{2}{3}»$", lambda: Rational(2, 12)/2 + Rational(10, 12)*Rational(7, 10)),
        (r"The posterior probability of $p > \frac{1}{2}$ is $1320 \int_{1/2}^1 p^7 (1 - p)^3\,dp = «\frac{227}{256}» \approx «0.887»$.", lambda: 1320*integrate(p**7*(1 - p)**3, (p, Rational(1, 2), 1))),
        (r"for a fair coin, $7$ or more heads in $10$ throws have probability $«\frac{176}{1024}» \approx «0.172»$", lambda: Rational(sum(binomial(10, j) for j in range(7, 11)), 2**10)),
    ],
    "statistics/testing-a-coin-and-likelihood": [
        (r"The probability of $16$ or more heads is $\frac{4845 + 1140 + 190 + 20 + 1}{2^{20}} = \frac{«6196»}{«1048576»} \approx «0.0059»$.", lambda: [sum(binomial(20, j) for j in range(16, 21)), 2**20, Rational(sum(binomial(20, j) for j in range(16, 21)), 2**20)]),
        ("the two-sided p-value is about $«0.0118»$", lambda: 2*Rational(sum(binomial(20, j) for j in range(16, 21)), 2**20)),
        (r'The rule "reject if $X \ge 15$ or $X \le 5$" rejects a fair coin with probability about $«0.0414»$,', lambda: 2*tail(Rational(1, 2), 15)),
        (r"Widening it to $X \ge 14$ or $X \le 6$ would give about $«0.1153»$.", lambda: 2*tail(Rational(1, 2), 14)),
        ("If in truth $p = 0.8$, the rule rejects with probability about $«0.8042»$", lambda: tail(Rational(4, 5), 15) + sum(binomial(20, j)*Rational(4, 5)**j*Rational(1, 5)**(20 - j) for j in range(6))),
        (r"$\ln L(p) = 16 \ln p + 4 \ln(1 - p)$, and the derivative $\frac{16}{p} - \frac{4}{1 - p}$ vanishes for $p = «0.8»$", lambda: solve(diff(16*log(p) + 4*log(1 - p), p), p)[0]),
        (r"$\frac{L(0.8)}{L(0.5)} = «0.8^{16} \cdot 0.2^4 \cdot 2^{20}» \approx «47.2»$:", lambda: RATIO),
        (r"$2 \ln 47.2 \approx «7.71»$", lambda: 2*log(RATIO)),
        (r"$\frac{(16 - 10)^2}{10} + \frac{(4 - 10)^2}{10} = «7.2»$", lambda: Rational((16 - 10)**2, 10) + Rational((4 - 10)**2, 10)),
        (r"$\frac{16 - 10}{\sqrt{5}} \approx «2.68»$, with square $«7.2»$ again", lambda: [6/sqrt(5), (6/sqrt(5))**2]),
        (r"The logarithm of the likelihood is $20 \ln \lambda - 4\lambda$ plus a constant, and its maximum is at $\lambda = «5»$,", lambda: solve(diff(sum(v*log(lamda) - lamda for v in (3, 5, 4, 8)), lamda), lamda)[0]),
    ],
}

CHECKED_BY_HAND = {
    "statistics/least-squares-line": [
        (r"$b = \frac{\sum (x_i - \bar{x})(y_i - \bar{y})}{\sum (x_i - \bar{x})^2}$, $a = \bar{y} - b\bar{x}$", "theorem: the normal equations of the line"),
        (r"here $\begin{pmatrix} 5 & 15 \\ 15 & 55 \end{pmatrix} \beta = \begin{pmatrix} 25 \\ 92 \end{pmatrix}$,", "machine-checked in the two claims that follow"),
    ],
    "statistics/confidence-intervals": [
        (r"the interval $\bar{x} \pm 1.96 \frac{\sigma}{\sqrt{n}}$ has the level $95\%$", "standard formula; uses the probability checked in the same sentence"),
        ("since $0.5$ lies inside", "0.489 < 0.5 < 0.551"),
        ("For $n = 9$ the factor $1.96$ becomes $2.306$:", "table value: the 97.5% quantile of Student's t with 8 degrees of freedom"),
    ],
    "statistics/chi-square-test": [
        (r"the critical value at level $5\%$ is $7.815$", "table value; the upper tail at 7.815 is machine-checked in the same sentence"),
        ("for one degree of freedom the critical value is $3.84$", "table value, the square of 1.96"),
        ("its variance is $2k$", "standard moments of the chi-square distribution"),
    ],
    "statistics/bayesian-coin": [
        (r"$B(a, b) = \int_0^1 p^{a-1}(1-p)^{b-1}\,dp = \frac{(a-1)!\,(b-1)!}{(a+b-1)!}$", "standard integral; one case is machine-checked below"),
        (r"$\frac{s + 1}{n + 2}$ after $s$ heads in $n$ throws", "mean of the beta distribution with parameters s + 1 and n - s + 1"),
    ],
    "statistics/testing-a-coin-and-likelihood": [
        (r"At the level $5\%$ fairness is rejected, at the level $1\%$ it is not.", "0.01 < 0.0118 < 0.05"),
        (r"$L(p) = \binom{20}{16} p^{16} (1 - p)^4$", "binomial probability of the data"),
        (r"upper $5\%$ point is $3.84$", "table value, the square of 1.96"),
    ],
}

GIVEN = {
    "statistics/mean-median-spread": [
        ("the numbers of minutes that eight pupils need to get to school are $5, 10, 10, 15, 20, 20, 25, 55$", "data of the example"),
    ],
    "statistics/least-squares-line": [
        ("The points are $(1, 2)$, $(2, 3)$, $(3, 5)$, $(4, 6)$, $(5, 9)$.", "data of the example"),
    ],
    "statistics/confidence-intervals": [
        (r"$95\%$ is computed from the sample by a rule that covers the true parameter in $95\%$ of all samples", "definition"),
        (r"From $n = 64$ observations with $\sigma = 8$ the mean is $\bar{x} = 52$.", "data of the example"),
        ("In a poll $520$ of $1000$ people say yes.", "data of the example"),
    ],
    "statistics/chi-square-test": [
        ("at least $5$", "rule of thumb"),
        ("In 1866 Gregor Mendel reported $315$ round yellow, $108$ round green, $101$ wrinkled yellow and $32$ wrinkled green seeds.", "historical data"),
        ("Of $50$ treated plants $30$ flower, of $50$ untreated ones $15$ do.", "data of the example"),
    ],
    "statistics/bayesian-coin": [
        (r"A coin is either fair or shows heads on both sides, each with prior probability $\frac{1}{2}$. It shows heads $3$ times in a row.", "data of the example"),
    ],
    "statistics/testing-a-coin-and-likelihood": [
        ("A coin is thrown $20$ times and shows heads $16$ times.", "data of the example"),
        (r"$p = \frac{1}{2}$; under it the number $X$ of heads is binomial with $n = 20$", "model"),
        (r"Four counts $3, 5, 4, 8$ are modelled as independent Poisson variables with the same parameter $\lambda$.", "data of the example"),
    ],
}
