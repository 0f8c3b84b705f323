"""The numeric claims of the combinatorics documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from itertools import accumulate, combinations, pairwise, permutations, product

import networkx as nx
from sympy import (
    GoldenRatio,
    Matrix,
    Rational,
    binomial,
    combsimp,
    det,
    exp,
    expand,
    fibonacci,
    igcd,
    isprime,
    limit,
    oo,
    primerange,
    series,
    solve,
    sqrt,
    trace,
)
from sympy.abc import n, x, y


def pascal_row(n):
    row = [1]
    for _ in range(n):
        row = [1, *(left + right for left, right in pairwise(row)), 1]
    return row


def lattice_paths(a, b):
    return 1 if a == 0 or b == 0 else lattice_paths(a - 1, b) + lattice_paths(a, b - 1)


def derangements(n):
    return sum(all(p[j] != j for j in range(n)) for p in permutations(range(n)))


G = nx.Graph([(1, 2), (2, 3), (3, 4), (1, 4), (1, 3)])


def spanning_trees(graph):
    chosen = combinations(graph.edges, len(graph) - 1)
    return sum(nx.is_tree(graph.edge_subgraph(e)) for e in chosen if len({*sum(e, ())}) == len(graph))


def always_triangle(n):
    pairs = list(combinations(range(n), 2))
    for knows in product((False, True), repeat=len(pairs)):
        color = dict(zip(pairs, knows, strict=True))
        if not any(color[p, q] == color[p, r] == color[q, r] for p, q, r in combinations(range(n), 3)):
            return False
    return True


def brackets(pairs):
    words = product((1, -1), repeat=2 * pairs)
    return sum(sum(w) == 0 and min(accumulate(w)) >= 0 for w in words)


def triangulations(corners):
    sides = range(corners)
    diagonals = [(p, q) for p, q in combinations(sides, 2) if q - p > 1 and (p, q) != (0, corners - 1)]
    return sum(
        not any(a < c < b < d or c < a < d < b for (a, b), (c, d) in combinations(chosen, 2))
        for chosen in combinations(diagonals, corners - 3)
    )


CLAIMS = {
    "combinatorics/binomial-coefficients": [
        (r"$«\binom{n}{k}» = «\frac{n!}{k!(n-k)!}»$ for $0 \le k \le n$.", None),
        (r"A committee of $3$ people is chosen from $8$. There are $\binom{8}{3} = «\frac{8 \cdot 7 \cdot 6}{6}» = «56»$ ways.", lambda: len(list(combinations(range(8), 3)))),
        (r"If the group consists of $5$ women and $3$ men and the committee must have exactly two women, there are $«\binom{5}{2} \cdot 3» = «30»$ ways.", lambda: sum(1 for c in combinations(range(8), 3) if sum(m < 5 for m in c) == 2)),
        ("The row of Pascal's triangle for $n = 6$ is $«1», «6», «15», «20», «15», «6», «1»$.", lambda: pascal_row(6)),
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
    "combinatorics/inclusion-exclusion": [
        (r"How many of the numbers $1, \dots, 100$ are divisible by $2$, $3$ or $5$? $«50 + 33 + 20 - 16 - 10 - 6 + 3» = «74»$.", lambda: sum(1 for v in range(1, 101) if v % 2 == 0 or v % 3 == 0 or v % 5 == 0)),
        ("The remaining $«26»$ numbers have no prime factor $2$, $3$ or $5$;", lambda: sum(1 for v in range(1, 101) if v % 2 and v % 3 and v % 5)),
        ("except for $1$ and for $«49»$, $«77»$, $«91»$ they are all primes, so there are $«22»$ primes from $7$ up to $100$ and $«25»$ up to $100$", lambda: [*(v for v in range(2, 101) if igcd(v, 30) == 1 and not isprime(v)), len(list(primerange(7, 101))), len(list(primerange(2, 101)))]),
        ("For $n = 4$ we get $D_4 = «24 - 24 + 12 - 4 + 1» = «9»$,", lambda: derangements(4)),
        ("for $n = 5$ it is $«44»$", lambda: derangements(5)),
        (r"$\frac{1}{e} \approx «0.3679»$", lambda: exp(-1)),
        (r"already for $n = 5$ it is $\frac{44}{120} \approx «0.3667»$", lambda: Rational(derangements(5), 120)),
        (r"For $n = 60$ this is $«60 \cdot \frac{1}{2} \cdot \frac{2}{3} \cdot \frac{4}{5}» = «16»$.", lambda: sum(1 for v in range(1, 61) if igcd(v, 60) == 1)),
    ],
    "combinatorics/graphs-and-adjacency-matrices": [
        ("for $n = 4$ these are $«16»$", lambda: spanning_trees(nx.complete_graph(4))),
        (r"The degrees are $«3», «2», «3», «2»$, with sum $«10» = «2 \cdot 5»$.", lambda: [G.degree[v] for v in (1, 2, 3, 4)] + [sum(d for _, d in G.degree)] * 2),
        (r"For two steps, $A^2 = «\begin{pmatrix} 3 & 1 & 2 & 1 \\ 1 & 2 & 1 & 2 \\ 2 & 1 & 3 & 1 \\ 1 & 2 & 1 & 2 \end{pmatrix}»$;", lambda: Matrix(4, 4, lambda r, c: sum(1 for v in G if v in G[r + 1] and v in G[c + 1]))),
        ("The trace of $A^3$ counts closed walks with three steps; each triangle is counted six times. Here the trace is $«12»$, so $G$ has $«2»$ triangles.", lambda: [trace(Matrix(nx.to_numpy_array(G, dtype=int).tolist())**3), sum(nx.triangles(G).values())//3]),
        (r"Deleting the last ones leaves $\det \begin{pmatrix} 3 & -1 & -1 \\ -1 & 2 & -1 \\ -1 & -1 & 3 \end{pmatrix} = «8»$,", lambda: [det(Matrix([[3, -1, -1], [-1, 2, -1], [-1, -1, 3]]))] if spanning_trees(G) == 8 else []),
    ],
    "combinatorics/pigeonhole-exercises": [
        ("There are $«366»$ possible days, counting the leap day", lambda: sum([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])),
        (r"no two points of it are farther apart than its diagonal $«\frac{\sqrt{2}}{2}» \approx «0.707»$", lambda: sqrt(2)/2),
        (r"With $n$ numbers it can fail: for $n = 4$ take $5, 6, 7, 8$; but each of the $«56»$ choices of $5$ numbers from $1, \dots, 8$ works.", lambda: sum(1 for c in combinations(range(1, 9), 5) if any(q % p == 0 for p, q in combinations(c, 2)))),
        ("For the list $3, 4, 1, 8, 6$ the sums are $«3», «7», «8», «16», «22»$, modulo $5$ they are $«3», «2», «3», «1», «2»$,", lambda: [*accumulate([3, 4, 1, 8, 6]), *(v % 5 for v in accumulate([3, 4, 1, 8, 6]))]),
        ("the first and the third agree: $«4 + 1» = «5»$", lambda: 5),
        ("So the Ramsey number $R(3, 3)$ is $«6»$.", lambda: next(n for n in range(3, 7) if always_triangle(n))),
        (r"For $\frac{1}{7}$ the remainders are $«1, 3, 2, 6, 4, 5»$ and the period is $«142857»$.", lambda: [tuple(pow(10, j, 7) for j in range(6)), Rational(10**6 - 1, 7)]),
    ],
    "combinatorics/catalan-numbers": [
        ("The sequence begins $C_0 = 1$, $C_1 = «1»$, $C_2 = «2»$, $C_3 = «5»$, $C_4 = «14»$, $C_5 = «42»$.", lambda: [brackets(m) for m in range(1, 6)]),
        (r"For example $C_4 = «1 \cdot 5 + 1 \cdot 2 + 2 \cdot 1 + 5 \cdot 1» = «14»$.", lambda: brackets(4)),
        (r"$«\binom{2n}{n} - \binom{2n}{n+1}» = «\frac{1}{n+1} \binom{2n}{n}»$", None),
        ("For $n = 4$ this reads $«70 - 56» = «14»$.", lambda: binomial(8, 4) - binomial(8, 5)),
        (r"Its solution with $C(0) = 1$ is $C(x) = \frac{1 - \sqrt{1 - 4x}}{2x} = «1 + x + 2x^2 + 5x^3» + \cdots$.", lambda: series((1 - sqrt(1 - 4*x))/(2*x), x, 0, 4).removeO()),
        (r"The square root has its singularity at $x = «\frac{1}{4}»$,", lambda: solve(1 - 4*x)[0]),
        (r"$\frac{C_{n+1}}{C_n} = «\frac{2(2n + 1)}{n + 2}»$, which tends to $«4»$", lambda: [combsimp(binomial(2*n + 2, n + 1)/(n + 2)*(n + 1)/binomial(2*n, n)), limit(2*(2*n + 1)/(n + 2), n, oo)]),
        ("so a hexagon has $«14»$ triangulations", lambda: triangulations(6)),
    ],
}

CHECKED_BY_HAND = {
    "combinatorics/binomial-coefficients": [
        (r"$\binom{n}{k} = \binom{n-1}{k-1} + \binom{n-1}{k}$ for $1 \le k \le n - 1$.", "theorem, proved by the sentence before it; a row that is built by this rule is machine-checked next"),
        (r"$\sum_k \binom{n}{k} = 2^n$", "theorem, proved by the substitution named"),
    ],
    "combinatorics/generating-functions": [
        (r"$\frac{1}{1 - cx} = 1 + cx + c^2 x^2 + \cdots$", "geometric series, a theorem on formal power series"),
        (r"$F_n = \frac{\varphi^n - \psi^n}{\sqrt{5}}$", "theorem; its value for n = 10 is machine-checked in the next sentence"),
        (r"Since $|\psi| < 1$, the number $F_n$ is the integer nearest to $\varphi^n / \sqrt{5}$.", "the difference is |psi|^n / sqrt(5) < 1/2 for every n >= 0"),
        (r"The number of ways to pay $n$ cents with coins of $1$, $5$ and $10$ cents is the coefficient of $x^n$ in $\frac{1}{(1 - x)(1 - x^5)(1 - x^{10})}$.", "theorem: product of three geometric series"),
    ],
    "combinatorics/inclusion-exclusion": [
        (r"$|A \cup B \cup C| = |A| + |B| + |C| - |A \cap B| - |A \cap C| - |B \cap C| + |A \cap B \cap C|$", "theorem, proved in the next sentence"),
        (r"is counted $\binom{k}{1} - \binom{k}{2} + \binom{k}{3} - \cdots = 1$ times", "one minus the alternating sum of all binomial coefficients"),
        (r"the alternating sum of all binomial coefficients $\binom{k}{j}$ with fixed $k \ge 1$ is zero", "binomial theorem with x = -1, y = 1"),
        (r"$D_n = \sum_{k=0}^{n} (-1)^k \binom{n}{k} (n - k)! = n! \sum_{k=0}^{n} \frac{(-1)^k}{k!}$", "theorem; the cases n = 4 and n = 5 are machine-checked next"),
        (r"$\varphi(n) = n \prod_{p \mid n} \left(1 - \frac{1}{p}\right)$", "standard product formula"),
    ],
    "combinatorics/graphs-and-adjacency-matrices": [
        ("the sum of all degrees is $2m$ for a graph with $m$ edges", "handshake lemma, a theorem"),
        (r"there are $n^{n-2}$ trees on $n \ge 2$ labelled vertices", "Cayley's formula; the case n = 4 is machine-checked next"),
        (r"the entry $2$ in the first row and third column counts the walks $1\,2\,3$ and $1\,4\,3$", "two common neighbours of 1 and 3, namely 2 and 4"),
    ],
    "combinatorics/pigeonhole-exercises": [
        ("Show that among $367$ people two have the same birthday.", "366 possible days in a leap year"),
        (r"Five points lie in a square with side $1$. Show that two of them have a distance of at most $\frac{\sqrt{2}}{2}$.", "proved in the solution"),
        (r"Choose $n + 1$ of the numbers $1, 2, \dots, 2n$, where $n \ge 1$. Show that one of the chosen numbers divides another.", "proved in the solution; the case n = 4 is machine-checked below"),
        ("One person, Ann, has five others around her; she knows at least $3$ of them or does not know at least $3$.", "pigeonhole principle, 5 > 2 times 2"),
    ],
    "combinatorics/catalan-numbers": [
        ("For $n = 3$ there are five: ()()(), ()(()), (())(), (()()), ((()))", "listed completely; the count is machine-checked below"),
        (r"$C_n = \frac{1}{n+1} \binom{2n}{n}$", "theorem, proved below by reflection"),
        (r"All paths with $n$ steps of each kind: $\binom{2n}{n}$.", "choose the positions of the steps up"),
        (r"The reflected path ends at $-2$, so it has $n - 1$ steps up and $n + 1$ steps down, and every such path arises exactly once. There are $\binom{2n}{n+1}$ bad paths", "reflection principle, a bijection"),
        (r"of the paths that end there the share $\frac{1}{n+1}$ never goes below zero", "quotient of the two counts"),
    ],
}

GIVEN = {
    "combinatorics/generating-functions": [
        (r"Let $F_0 = 0$, $F_1 = 1$ and $F_n = F_{n-1} + F_{n-2}$ for $n \ge 2$", "definition"),
        (r"$\varphi = \frac{1 + \sqrt{5}}{2}$ and $\psi = \frac{1 - \sqrt{5}}{2}$", "definitions"),
    ],
    "combinatorics/graphs-and-adjacency-matrices": [
        ("Let $G$ have the vertices $1, 2, 3, 4$ and the edges $12$, $23$, $34$, $14$ and $13$, a square with one diagonal.", "data of the example"),
        (r"$A = \begin{pmatrix} 0 & 1 & 1 & 1 \\ 1 & 0 & 1 & 0 \\ 1 & 1 & 0 & 1 \\ 1 & 0 & 1 & 0 \end{pmatrix}$", "data: entry 1 for each of the five edges; used by the claims that follow"),
    ],
    "combinatorics/pigeonhole-exercises": [
        (r"Cut the square into four squares with side $\frac{1}{2}$.", "construction"),
        ("Write each chosen number as a power of $2$ times an odd number.", "construction"),
        (r"Look at the $n$ sums of the first $1, 2, \dots, n$ numbers modulo $n$.", "construction"),
    ],
}
