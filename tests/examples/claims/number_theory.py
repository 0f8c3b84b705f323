"""The numeric claims of the number theory documents; see the package docstring."""

# ruff: noqa: E501

from sympy import igcd, totient
from sympy.ntheory.modular import crt


def remainders(a, b):
    found = []
    while b:
        a, b = b, a % b
        found.append(b)
    return found


CLAIMS = {
    "number-theory/euclidean-algorithm": [
        (r"$252 = «1» \cdot 198 + «54»$", lambda: list(divmod(252, 198))),
        (r"$198 = «3» \cdot 54 + «36»$", lambda: list(divmod(198, 54))),
        (r"$54 = «1» \cdot 36 + «18»$", lambda: list(divmod(54, 36))),
        (r"$36 = «2» \cdot 18 + «0»$", lambda: list(divmod(36, 18))),
        (r"The last nonzero remainder is the answer: $\gcd(252, 198) = «18»$.", lambda: igcd(252, 198)),
        (r"From $18 = «54 - 36»$ and $36 = «198 - 3 \cdot 54»$", lambda: [18, 36]),
        (r"$18 = «4 \cdot 54 - 198»$, and with $54 = «252 - 198»$ finally $18 = «4 \cdot 252 - 5 \cdot 198»$.", lambda: [18, 54, 18]),
        ("Indeed $«1008 - 990» = «18»$.", lambda: 4*252 - 5*198),
        ("the equation $252x + 198y = 36$ is solvable in integers because $18$ divides $36$; one solution is $x = «8»$, $y = «-10»$.", lambda: [2*4, 2*-5] if 252*8 + 198*-10 == 36 and 36 % igcd(252, 198) == 0 else []),
        (r"For example $«3 \cdot 5 - 14» = «1»$, so $5$ is the inverse of $3$ modulo $14$.", None),
        ("for $(13, 8)$ the remainders are $«5», «3», «2», «1», «0»$, five divisions", lambda: remainders(13, 8)),
    ],
    "number-theory/chinese-remainder-theorem": [
        (r"Combining $x \equiv 2 \pmod 3$ and $x \equiv 3 \pmod 5$ gives $x \equiv «8» \pmod{«15»}$.", lambda: list(crt([3, 5], [2, 3]))),
        (r"$8$, $23$, $38$, ..., we look for the remainder $2$ modulo $7$ and find it at once: $«23» = «3 \cdot 7 + 2»$.", lambda: next(c for c in range(8, 105, 15) if c % 7 == 2)),
        (r"So $x \equiv «23» \pmod{«105»}$ is the complete solution.", lambda: list(crt([3, 5, 7], [2, 3, 2]))),
        ("$3, 5, 7$ the numbers $«70», «21», «15»$ are $1$ modulo one of the moduli, in this order, and $0$ modulo the two others.", lambda: [crt([3, 5, 7], unit)[0] for unit in ([1, 0, 0], [0, 1, 0], [0, 0, 1])]),
        (r"The puzzle's answer is then $«2 \cdot 70 + 3 \cdot 21 + 2 \cdot 15» = «233»$, and $233 - 2 \cdot 105 = «23»$.", lambda: [2*70 + 3*21 + 2*15] * 2 + [233 % 105]),
        (r"for instance $\varphi(15) = «2 \cdot 4» = «8»$.", lambda: totient(15)),
    ],
}

CHECKED_BY_HAND = {
    "number-theory/euclidean-algorithm": [
        (r"Find $\gcd(252, 198)$", "data of the example"),
        ("The equation $252x + 198y = 40$ has no solution, because $18$ does not divide $40$.", "40 = 2*18 + 4, so 18 does not divide 40"),
        (r"the number of divisions is at most about $2 \log_2 a$", "theorem: a mod b < a/2 for 0 < b <= a, so two steps halve the first number"),
    ],
    "number-theory/chinese-remainder-theorem": [
        ("$um + vn = 1$", "Bézout's identity, a theorem"),
        ("$2$, $3$, $2$ on division by $3$, $5$, $7$", "data of the puzzle"),
        (r"no integer satisfies both $x \equiv 1 \pmod 4$ and $x \equiv 0 \pmod 6$", "the first makes x odd, the second makes x even"),
    ],
}
