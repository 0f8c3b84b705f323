"""The numeric claims of the probability documents; see the package docstring."""

# ruff: noqa: E501

from itertools import permutations, product

from sympy import Integer, Rational, factorial

CLAIMS = {
    "probability/conditional-probability-and-bayes": [
        (r"The total probability of a positive result is $«0.01 \cdot 0.95 + 0.99 \cdot 0.04» = «0.0491»$,", lambda: Rational(1, 100)*Rational(95, 100) + Rational(99, 100)*Rational(4, 100)),
        (r"the probability of being ill after a positive result is $\frac{«0.0095»}{«0.0491»} \approx «0.193»$.", lambda: [Rational(95, 10**4), Rational(491, 10**4), Rational(95, 491)]),
        ("In natural frequencies: of $10000$ people $«100»$ are ill and $«95»$ of them test positive; of the $«9900»$ healthy ones $«396»$ test positive.", lambda: [10000*Rational(1, 100), 100*Rational(95, 100), 10000*Rational(99, 100), 9900*Rational(4, 100)]),
        (r"The share of the ill among the positive is $«\frac{95}{491}»$.", lambda: Rational(95, 95 + 396)),
        (r"Two fair dice are thrown. Given that the sum is at least $10$, the probability that both show six is $«\frac{1}{6}»$,", lambda: Rational(sum(1 for a, b in product(range(1, 7), repeat=2) if a + b >= 10 and a == b == 6), sum(1 for a, b in product(range(1, 7), repeat=2) if a + b >= 10))),
        ("exactly $«3 + 2 + 1» = «6»$ of the $«36»$ outcomes have such a sum", lambda: [sum(1 for a, b in product(range(1, 7), repeat=2) if a + b >= 10)] * 2 + [6**2]),
        (r'The events "the first die is even" and "the sum is $7$" are independent: $«\frac{3}{36}» = «\frac{1}{2} \cdot \frac{1}{6}»$.', lambda: Rational(sum(1 for a, b in product(range(1, 7), repeat=2) if a % 2 == 0 and a + b == 7), 36)),
    ],
    "probability/expected-value": [
        (r"For a fair die it is $\frac{«21»}{6} = «\frac{7}{2}»$.", lambda: [sum(range(1, 7)), Rational(sum(range(1, 7)), 6)]),
        ("For $n = 4$ the total number of fixed points over all $«24»$ permutations is $«24»$.", lambda: [factorial(4), sum(sum(p[i] == i for i in range(4)) for p in permutations(range(4)))]),
        (r"Adding up, a full set takes $«6\left(1 + \frac{1}{2} + \frac{1}{3} + \frac{1}{4} + \frac{1}{5} + \frac{1}{6}\right)» = «14.7»$ boxes on average.", lambda: sum(Rational(6, 6 - k) for k in range(6))),
        (r"For two fair dice the mean of the product is $«\frac{49}{4}» = «12.25»$;", lambda: Rational(sum(a*b for a, b in product(range(1, 7), repeat=2)), 36)),
        (r"for one die multiplied with itself it is $E[X^2] = «\frac{91}{6}»$.", lambda: Rational(sum(a*a for a in range(1, 7)), 6)),
        (r"For the fair die it is $«\frac{91}{6} - \frac{49}{4}» = «\frac{35}{12}»$.", lambda: sum((a - Rational(7, 2))**2 for a in range(1, 7))/6),
        (r"the sum of two dice has variance $«\frac{35}{6}»$", lambda: sum((Integer(a + b) - 7)**2 for a, b in product(range(1, 7), repeat=2))/36),
    ],
}

CHECKED_BY_HAND = {
    "probability/conditional-probability-and-bayes": [
        (r"$P(A \mid B) = \frac{P(A \cap B)}{P(B)}$", "definition"),
        (r"A disease affects $1\%$ of a population. A test recognises $95\%$ of the ill and gives a false alarm for $4\%$ of the healthy.", "data of the example"),
    ],
    "probability/expected-value": [
        (r"$E[X] = \sum_x x \, P(X = x)$", "definition"),
        (r"Shuffle the numbers $1, \dots, n$ and let $X$ count those that stay in place.", "data of the example"),
        (r"$E[X] = n \cdot \frac{1}{n} = 1$", "linearity of expectation; the case n = 4 is machine-checked next"),
        ("A box of cereal contains one of $6$ pictures, each equally likely.", "data of the example"),
        (r"the waiting time for a new one is geometric with success probability $\frac{6 - k}{6}$ and mean $\frac{6}{6 - k}$", "6 - k of the 6 pictures are new; the mean of a geometric distribution is 1/p"),
    ],
}
