"""The numeric claims of the combinatorics documents; see the package docstring."""

# ruff: noqa: E501

from itertools import combinations, pairwise, permutations

import networkx as nx
from sympy import (
    GoldenRatio,
    Matrix,
    Rational,
    binomial,
    det,
    exp,
    expand,
    fibonacci,
    igcd,
    primerange,
    series,
    sqrt,
    trace,
)
from sympy.abc import x, y


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
    "combinatorics/inclusion-exclusion": [
        (r"How many of the numbers $1, \dots, 100$ are divisible by $2$, $3$ or $5$? $«50 + 33 + 20 - 16 - 10 - 6 + 3» = «74»$.", lambda: sum(1 for v in range(1, 101) if v % 2 == 0 or v % 3 == 0 or v % 5 == 0)),
        ("The remaining $«26»$ numbers have no prime factor $2$, $3$ or $5$;", lambda: sum(1 for v in range(1, 101) if v % 2 and v % 3 and v % 5)),
        ("except for $1$ and for $49$, $77$, $91$ they are all primes, so there are $«22»$ primes from $7$ up to $100$ and $«25»$ up to $100$", lambda: [len(list(primerange(7, 101))), len(list(primerange(2, 101)))]),
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
        ("Let $G$ have the vertices $1, 2, 3, 4$ and the edges $12$, $23$, $34$, $14$ and $13$, a square with one diagonal.", "data of the example"),
        (r"$A = \begin{pmatrix} 0 & 1 & 1 & 1 \\ 1 & 0 & 1 & 0 \\ 1 & 1 & 0 & 1 \\ 1 & 0 & 1 & 0 \end{pmatrix}$", "data: entry 1 for each of the five edges; used by the claims that follow"),
        (r"the entry $2$ in the corner of the first row and third column counts the walks $1\,2\,3$ and $1\,4\,3$", "two common neighbours of 1 and 3, namely 2 and 4"),
    ],
}
