"""The numeric claims of the probability documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from itertools import permutations, product

from sympy import (
    Integer,
    Matrix,
    Rational,
    binomial,
    det,
    diff,
    erf,
    exp,
    factorial,
    integrate,
    limit,
    linsolve,
    log,
    oo,
    pi,
    roots,
    sin,
    sqrt,
    symbols,
    trace,
)
from sympy.abc import lamda, n, p, t, x, y


def pmf(n, p, j):
    return binomial(n, j) * p**j * (1 - p) ** (n - j)


WEATHER = Matrix([[Rational(4, 5), Rational(1, 5)], [Rational(2, 5), Rational(3, 5)]])
STATIONARY = tuple(
    next(iter(linsolve([x * 4 / 5 + y * 2 / 5 - x, x + y - 1], x, y)))
)


def ruin_game(p, goal):
    w = symbols(f"w:{goal + 1}")
    steps = [w[j] - p * w[j + 1] - (1 - p) * w[j - 1] for j in range(1, goal)]
    return next(iter(linsolve([w[0], w[goal] - 1, *steps], *w)))


def duration(goal):
    d = symbols(f"d:{goal + 1}")
    steps = [d[j] - 1 - (d[j + 1] + d[j - 1]) / 2 for j in range(1, goal)]
    return next(iter(linsolve([d[0], d[goal], *steps], *d)))


CLAIMS = {
    "probability/conditional-probability-and-bayes": [
        (r"The total probability of a positive result is $«0.01 \cdot 0.95 + 0.99 \cdot 0.04» = «0.0491»$,", lambda: Rational(1, 100)*Rational(95, 100) + Rational(99, 100)*Rational(4, 100)),
        (r"the probability of being ill after a positive result is $\frac{«0.0095»}{«0.0491»} \approx «0.193»$.", lambda: [Rational(95, 10**4), Rational(491, 10**4), Rational(95, 491)]),
        ("In natural frequencies: of $10000$ people $«100»$ are ill and $«95»$ of them test positive; of the $«9900»$ healthy ones $«396»$ test positive.", lambda: [10000*Rational(1, 100), 100*Rational(95, 100), 10000*Rational(99, 100), 9900*Rational(4, 100)]),
        (r"The share of the ill among the positive is $«\frac{95}{491}»$.", lambda: Rational(95, 95 + 396)),
        (r"Two fair dice are thrown. Given that the sum is at least $10$, the probability that both show six is $«\frac{1}{6}»$,", lambda: Rational(sum(1 for a, b in product(range(1, 7), repeat=2) if a + b >= 10 and a == b == 6), sum(1 for a, b in product(range(1, 7), repeat=2) if a + b >= 10))),
        ("exactly $«3 + 2 + 1» = «6»$ of the $«36»$ outcomes have such a sum", lambda: [sum(1 for a, b in product(range(1, 7), repeat=2) if a + b >= 10)] * 2 + [6**2]),
        (r'For two dice the events "the first die is even" and "the sum is $7$" are independent: $«\frac{3}{36}» = «\frac{1}{2} \cdot \frac{1}{6}»$.', lambda: Rational(sum(1 for a, b in product(range(1, 7), repeat=2) if a % 2 == 0 and a + b == 7), 36)),
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
    "probability/binomial-and-poisson": [
        (r"The probability of exactly three hits is $\binom{10}{3} \cdot 0.3^3 \cdot 0.7^7 \approx «0.2668»$, with $\binom{10}{3} = «120»$.", lambda: [binomial(10, 3)*Rational(3, 10)**3*Rational(7, 10)**7, binomial(10, 3)]),
        ("The mean is $«3»$ and the variance $«2.1»$.", lambda: [sum(j*pmf(10, Rational(3, 10), j) for j in range(11)), sum((j - 3)**2*pmf(10, Rational(3, 10), j) for j in range(11))]),
        (r"The probability of at least one hit is $1 - 0.7^{10} \approx «0.9718»$.", lambda: 1 - Rational(7, 10)**10),
        (r"For $k = 0$ this is the limit $\left(1 - \frac{\lambda}{n}\right)^n \to «e^{-\lambda}»$.", lambda: limit((1 - lamda/n)**n, n, oo)),
        (r"Then $\lambda = 500 \cdot 0.004 = «2»$.", lambda: 500*Rational(4, 1000)),
        (r"The Poisson approximation for a book without misprints is $e^{-2} \approx «0.1353»$, while the exact value is $0.996^{500} \approx «0.1348»$.", lambda: [exp(-2), Rational(996, 1000)**500]),
        (r"At most two pages with misprints have probability about $e^{-2}(1 + 2 + 2) \approx «0.6767»$.", lambda: exp(-2)*sum(Integer(2)**j/factorial(j) for j in range(3))),
    ],
    "probability/markov-chain-weather": [
        (r"$P^2 = «\begin{pmatrix} 0.72 & 0.28 \\ 0.56 & 0.44 \end{pmatrix}»$.", lambda: WEATHER**2),
        (r"The first entry is $«0.8 \cdot 0.8 + 0.2 \cdot 0.4» = «0.72»$:", lambda: (WEATHER**2)[0, 0]),
        (r"we get $\pi = («\frac{2}{3}, \frac{1}{3}»)$", lambda: STATIONARY),
        ("The eigenvalues of $P$ are $«1»$ and $«0.4»$,", lambda: sorted(WEATHER.eigenvals(), reverse=True)),
        ("the trace is $«1.4»$", lambda: trace(WEATHER)),
        ("the determinant is $«0.48 - 0.08» = «0.4»$", lambda: det(WEATHER)),
        (r"$(P^n)_{11} = «\frac{2}{3} + \frac{1}{3} \cdot 0.4^n»$.", lambda: (WEATHER**n)[0, 0]),
        (r"For $n = 2$ this is $«\frac{2}{3} + \frac{0.16}{3}» = «0.72»$, as before.", lambda: (WEATHER**2)[0, 0]),
        ("The chain that swaps two states for certain has the eigenvalues $«1»$ and $«-1»$", lambda: sorted(Matrix([[0, 1], [1, 0]]).eigenvals(), reverse=True)),
        ("from a sunny day to the next sunny day it takes $«1.5»$ days on average", lambda: 1/STATIONARY[0]),
    ],
    "probability/gamblers-ruin": [
        (r"Its characteristic equation $pt^2 - t + q = 0$ has the roots $«1»$ and $«\frac{1 - p}{p}»$.", lambda: sorted(roots(p*x**2 - x + 1 - p, x), key=lambda root: len(root.free_symbols))),
        (r"With $k = 3$ coins and the goal $N = 10$ she wins with probability $«\frac{3}{10}»$ and is ruined with probability $«\frac{7}{10}»$.", lambda: [ruin_game(Rational(1, 2), 10)[3], 1 - ruin_game(Rational(1, 2), 10)[3]]),
        (r"$«10 \cdot \frac{3}{10} + 0 \cdot \frac{7}{10}» = «3»$", None),
        (r"With $p = 0.4$ we have $r = «1.5»$, and from $3$ coins she reaches $10$ with probability $\frac{1.5^3 - 1}{1.5^{10} - 1} \approx «0.0419»$.", lambda: [Rational(6, 4), ruin_game(Rational(2, 5), 10)[3]]),
        (r"In the example the game lasts $3 \cdot 7 = «21»$ rounds on average.", lambda: duration(10)[3]),
        (r"After four steps it is back at the start with probability $\binom{4}{2} / 2^4 = «\frac{6}{16}» = «\frac{3}{8}»$.", lambda: Rational(sum(sum(w) == 0 for w in product((1, -1), repeat=4)), 2**4)),
    ],
    "probability/continuous-distributions": [
        (r"It burns longer than $1500$ hours with probability $e^{-1.5} \approx «0.2231»$,", lambda: integrate(exp(-x/1000)/1000, (x, 1500, oo))),
        (r"its median lifetime is $1000 \ln 2 \approx «693.1»$ hours", lambda: 1000*log(2)),
        (r"Then $P(M \le t) = t^2$ for $0 \le t \le 1$, the density is $«2t»$, and $E[M] = «\frac{2}{3}»$.", lambda: [diff(t**2), integrate(t*diff(t**2), (t, 0, 1))]),
        (r"In the unit square the complement consists of two right triangles with legs $\frac{3}{4}$, so the probability is $1 - \left(\frac{3}{4}\right)^2 = «\frac{7}{16}»$.", lambda: 1 - 2*integrate(integrate(1, (y, x + Rational(1, 4), 1)), (x, 0, Rational(3, 4)))),
        (r"for $\ell = d$ this is $«\frac{2}{\pi}» \approx «0.637»$", lambda: 2/pi*integrate(sin(x)/2, (x, 0, pi))),
        (r"About $«68.27\%»$ of the values lie within one standard deviation of the mean and about $«95.45\%»$ within two.", lambda: [erf(1/sqrt(2)), erf(2/sqrt(2))]),
    ],
}

CHECKED_BY_HAND = {
    "probability/expected-value": [
        (r"$E[X] = n \cdot \frac{1}{n} = 1$", "linearity of expectation; the case n = 4 is machine-checked next"),
        (r"the waiting time for a new one is geometric with success probability $\frac{6 - k}{6}$ and mean $\frac{6}{6 - k}$", "6 - k of the 6 pictures are new; the mean of a geometric distribution is 1/p"),
    ],
    "probability/binomial-and-poisson": [
        (r"$\lim_{n \to \infty} \binom{n}{k} \left(\frac{\lambda}{n}\right)^k \left(1 - \frac{\lambda}{n}\right)^{n-k} = \frac{\lambda^k}{k!} e^{-\lambda}$", "Poisson limit theorem; the case k = 0 is machine-checked next"),
        (r"$E[z^X] = \sum_{k \ge 0} \frac{\lambda^k z^k}{k!} e^{-\lambda} = e^{\lambda(z - 1)}$", "exponential series"),
    ],
    "probability/markov-chain-weather": [
        (r"The equation for the first coordinate is $\pi_1 = 0.8\pi_1 + 0.4\pi_2$, that is, $\pi_1 = 2\pi_2$", "0.2 pi_1 = 0.4 pi_2"),
    ],
    "probability/gamblers-ruin": [
        (r"$w_k = p\,w_{k+1} + q\,w_{k-1}$ for $0 < k < N$, with $w_0 = 0$ and $w_N = 1$", "law of total probability"),
        (r"$p = \frac{1}{2}$ the root $1$ is double, the solution is linear, and $w_k = \frac{k}{N}$", "solution of the recurrence; a numeric case is machine-checked next"),
        (r"$p \ne \frac{1}{2}$ put $r = \frac{q}{p}$; then $w_k = \frac{r^k - 1}{r^N - 1}$", "solution of the recurrence; a numeric case is machine-checked next"),
        (r"$d_k = 1 + \frac{1}{2} d_{k+1} + \frac{1}{2} d_{k-1}$ with $d_0 = d_N = 0$", "conditioning on the first round"),
        ("its position has mean zero and variance $n$", "sum of n independent steps with mean 0 and variance 1"),
        ("1921", "historical fact"),
    ],
    "probability/continuous-distributions": [
        (r"They meet if $|U - V| \le \frac{1}{4}$, measured in hours.", "15 minutes are a quarter of an hour"),
        (r"$x \le \frac{\ell}{2} \sin \theta$", "elementary geometry of the needle"),
        (r"With $x$ uniform between $0$ and $\frac{d}{2}$ and $\theta$ uniform between $0$ and $\pi$, independently, the probability is $\frac{2}{\pi d} \int_0^\pi \frac{\ell}{2} \sin \theta \, d\theta = \frac{2\ell}{\pi d}$", "integral of the sine over half a period is 2; the case l = d is machine-checked next"),
    ],
}

GIVEN = {
    "probability/conditional-probability-and-bayes": [
        (r"$P(A \mid B) = \frac{P(A \cap B)}{P(B)}$", "definition"),
        (r"A disease affects $1\%$ of a population. A test recognises $95\%$ of the ill and gives a false alarm for $4\%$ of the healthy.", "data of the example"),
    ],
    "probability/expected-value": [
        (r"$E[X] = \sum_x x \, P(X = x)$", "definition"),
        (r"Shuffle the numbers $1, \dots, n$ and let $X$ count those that stay in place.", "data of the example"),
        ("A box of cereal contains one of $6$ pictures, each equally likely.", "data of the example"),
    ],
    "probability/binomial-and-poisson": [
        (r"$P(X = k) = \binom{n}{k} p^k (1 - p)^{n-k}$ for $k = 0, \dots, n$", "definition and counting: choose the places of the k successes"),
        (r"A basketball player scores with $30\%$ of her long throws and throws $10$ times, each time independently.", "data of the example"),
        ("A book has $500$ pages, and each page contains a misprint with probability $0.004$, independently of the others.", "data of the example"),
    ],
    "probability/markov-chain-weather": [
        ("After a sunny day the next is sunny with probability $0.8$; after a rainy day it is sunny with probability $0.4$.", "data of the example"),
        (r"$P = \begin{pmatrix} 0.8 & 0.2 \\ 0.4 & 0.6 \end{pmatrix}$", "data: the two given probabilities and their complements"),
    ],
    "probability/continuous-distributions": [
        (r"$\lambda e^{-\lambda x}$ for $x \ge 0$, so $P(X > t) = e^{-\lambda t}$ for $t \ge 0$", "definition and direct integration"),
        ("A lamp has an exponential lifetime with mean $1000$ hours.", "data of the example"),
        ("Let $U$ and $V$ be independent and uniform on the interval from $0$ to $1$", "data of the example"),
        ("Two friends arrive independently, at uniformly distributed times $U$ and $V$ within the same hour, and each waits up to $15$ minutes for the other.", "data of the example"),
        (r"$\frac{1}{\sigma \sqrt{2\pi}} e^{-(x - \mu)^2 / (2\sigma^2)}$", "definition"),
    ],
}
