"""The numeric claims of the number theory documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from sympy import (
    I,
    Integer,
    Rational,
    divisors,
    expand,
    igcd,
    im,
    isprime,
    log,
    pi,
    re,
    sqrt,
    totient,
)
from sympy.ntheory.continued_fraction import (
    continued_fraction_convergents,
    continued_fraction_iterator,
    continued_fraction_periodic,
)
from sympy.ntheory.modular import crt


def remainders(a, b):
    found = []
    while b:
        a, b = b, a % b
        found.append(b)
    return found


def triple(z):
    return abs(re(expand(z**2))), abs(im(expand(z**2))), abs(z) ** 2


def carmichael(n):
    bases = [a for a in range(1, n) if igcd(a, n) == 1]
    return not isprime(n) and all(pow(a, n - 1, n) == 1 for a in bases)


def sieve(n):
    left = list(range(2, n + 1))
    for p in left:
        left = [v for v in left if v == p or v % p]
    return left


CLAIMS = {
    "number-theory/euclidean-algorithm": [
        (r"$210 = «1» \cdot 154 + «56»$", lambda: list(divmod(210, 154))),
        (r"$154 = «2» \cdot 56 + «42»$", lambda: list(divmod(154, 56))),
        (r"$56 = «1» \cdot 42 + «14»$", lambda: list(divmod(56, 42))),
        (r"$42 = «3» \cdot 14 + «0»$", lambda: list(divmod(42, 14))),
        (r"The last nonzero remainder is the answer: $\gcd(210, 154) = «14»$.", lambda: igcd(210, 154)),
        (r"From $14 = «56 - 42»$ and $42 = «154 - 2 \cdot 56»$", lambda: [14, 42]),
        (r"$14 = «3 \cdot 56 - 154»$, and with $56 = «210 - 154»$ finally $14 = «3 \cdot 210 - 4 \cdot 154»$.", lambda: [14, 56, 14]),
        ("Indeed $«630 - 616» = «14»$.", lambda: 3*210 - 4*154),
        ("the equation $210x + 154y = 28$ is solvable in integers because $14$ divides $28$; one solution is $x = «6»$, $y = «-8»$.", lambda: [2*3, 2*-4] if 210*6 + 154*-8 == 28 and 28 % igcd(210, 154) == 0 else []),
        (r"For example $3 \cdot 7 - 20 = «1»$, so $«7»$ is the inverse of $3$ modulo $20$.", lambda: [3*7 - 20, pow(3, -1, 20)]),
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
    "number-theory/fermat-and-rsa": [
        (r"Modulo $7$ we have $3^6 \equiv «1»$.", lambda: pow(3, 6, 7)),
        (r"Since $100 = 16 \cdot 6 + «4»$, it follows that $3^{100} \equiv 3^4 = «81» \equiv «4» \pmod 7$.", lambda: [100 % 6, 3**4, pow(3, 100, 7)]),
        (r"With $p = 5$ and $q = 11$ we have $n = «55»$ and $\varphi(n) = «40»$.", lambda: [5*11, totient(55)]),
        ("Let $e = 3$. The inverse of $3$ modulo $40$ is $d = «27»$,", lambda: pow(3, -1, 40)),
        (r"$«3 \cdot 27» = «81» = «2 \cdot 40 + 1»$", None),
        (r"The message $m = 7$ is encrypted as $7^3 = «343» \equiv «13» \pmod{55}$.", lambda: [7**3, pow(7, 3, 55)]),
        (r"modulo $55$, $13^2 \equiv «4»$, $13^4 \equiv «16»$, $13^8 \equiv «36»$ and $13^{16} \equiv «31»$", lambda: [pow(13, j, 55) for j in (2, 4, 8, 16)]),
        ("Since $27 = «16 + 8 + 2 + 1»$,", lambda: 27),
        (r"$13^{27} \equiv 31 \cdot 36 \cdot 4 \cdot 13 \equiv «7» \pmod{55}$", lambda: [pow(13, 27, 55)] if 31*36*4*13 % 55 == 7 else []),
        (r"$«561» = 3 \cdot 11 \cdot 17$ is composite, yet $2^{560} \equiv «1» \pmod{561}$.", lambda: [3*11*17, pow(2, 560, 561)]),
        (r"Even $a^{560} \equiv «1» \pmod{561}$ holds for every $a$ coprime to $561$.", lambda: list({pow(v, 560, 561) for v in range(561) if igcd(v, 561) == 1})),
        ("Carmichael numbers; the smallest one is $«561»$.", lambda: next(v for v in range(4, 1000) if carmichael(v))),
    ],
    "number-theory/gaussian-integers": [
        (r"$«(m + ni)^2» = «(m^2 - n^2) + 2mn\,i»$", None),
        ("$«(m^2 - n^2)^2 + (2mn)^2» = «(m^2 + n^2)^2»$.", None),
        ("$(2 + i)^2 = «3 + 4i»$ gives the triple $«3, 4, 5»$, and $(3 + 2i)^2 = «5 + 12i»$ gives $«5, 12, 13»$.", lambda: [expand((2 + I)**2), triple(2 + I), expand((3 + 2*I)**2), triple(3 + 2*I)]),
        ("For instance $(2 + i)(3 + 2i) = «4 + 7i»$ and $(2 + i)(3 - 2i) = «8 - i»$,", lambda: [expand((2 + I)*(3 + 2*I)), expand((2 + I)*(3 - 2*I))]),
        (r"$5 \cdot 13 = «65» = «4^2 + 7^2» = «8^2 + 1^2»$", lambda: 5*13),
        ("two primitive triples with hypotenuse $65$: $(4 + 7i)^2 = «-33 + 56i»$ and $(8 - i)^2 = «63 - 16i»$", lambda: [expand((4 + 7*I)**2), expand((8 - I)**2)]),
        ("$33^2 + 56^2 = «65^2»$ and $16^2 + 63^2 = «65^2»$", lambda: [33**2 + 56**2, 16**2 + 63**2]),
        ("Examples: $29 = «25 + 4»$ and $37 = «36 + 1»$.", lambda: [29, 37]),
        ("$2 = «(1 + i)(1 - i)»$,", lambda: 2),
    ],
    "number-theory/continued-fractions": [
        (r"From $119 = 2 \cdot 52 + «15»$, $52 = 3 \cdot 15 + «7»$, $15 = 2 \cdot 7 + «1»$ and $7 = 7 \cdot 1$", lambda: [119 % 52, 52 % 15, 15 % 7]),
        (r"$\frac{119}{52} = [«2»; «3», «2», «7»]$", lambda: list(continued_fraction_iterator(Rational(119, 52)))),
        (r"$«2 + \frac{1}{3 + \frac{1}{2 + \frac{1}{7}}}» = «\frac{119}{52}»$.", None),
        (r"The expansion of $\pi$ begins $[«3»; «7», «15», «1», \dots]$", lambda: [v for v, _ in zip(continued_fraction_iterator(pi), range(4), strict=False)]),
        (r"its convergents are $«3»$, $«\frac{22}{7}»$, $«\frac{333}{106}»$, $«\frac{355}{113}»$", lambda: list(continued_fraction_convergents([3, 7, 15, 1]))),
        (r"The last one exceeds $\pi$ by about $«0.00000027»$.", lambda: Rational(355, 113) - pi),
        (r"the convergents $«1»$, $«\frac{3}{2}»$, $«\frac{7}{5}»$, $«\frac{17}{12}»$", lambda: list(continued_fraction_convergents([1, 2, 2, 2]))),
        ("the period $«1», «1», «1», «4»$", lambda: continued_fraction_periodic(0, 1, 7)[1]),
        (r"the convergents $«2»$, $«3»$, $«\frac{5}{2}»$, $«\frac{8}{3}»$", lambda: list(continued_fraction_convergents([2, 1, 1, 1]))),
        (r"The fourth one solves the equation: $«8^2 - 7 \cdot 3^2» = «64 - 63» = «1»$.", None),
        (r"$(8 + 3\sqrt{7})^2 = «127 + 48\sqrt{7}»$ and $127^2 - 7 \cdot 48^2 = «1»$", lambda: [expand((8 + 3*sqrt(7))**2), 127**2 - 7*48**2]),
    ],
    "number-theory/primes-from-euclid-to-gauss": [
        (r"For example $2 \cdot 3 \cdot 5 \cdot 7 \cdot 11 \cdot 13 + 1 = «30031» = «59 \cdot 509»$.", lambda: 2*3*5*7*11*13 + 1),
        ("For $n = 50$ it is enough to sieve with $2$, $3$, $5$ and $7$, because $11^2 = «121»$; the $«15»$ primes left end with $«41», «43», «47»$.", lambda: [11**2, len(sieve(50)), *sieve(50)[-3:]]),
        ("The first two are $6 = «1 + 2 + 3»$ and $28 = «1 + 2 + 4 + 7 + 14»$.", lambda: [v for v in range(2, 30) if sum(divisors(v)[:-1]) == v]),
        (r"The exponents $k = 5$ and $k = 7$ give $«16 \cdot 31» = «496»$ and $«64 \cdot 127» = «8128»$.", lambda: [v for v in (496, 8128) for _ in range(2) if sum(divisors(v)[:-1]) == v]),
        (r"$2^{11} - 1 = «2047» = «23 \cdot 89»$", lambda: 2**11 - 1),
        (r"We have $\pi(100) = «25»$ and $\pi(1000) = «168»$.", lambda: [len(sieve(100)), len(sieve(1000))]),
        ("For $x = 1000$ the last formula gives about $«144.8»$, which is too small by a factor of about $«1.16»$.", lambda: [1000/log(1000), 168*log(1000)/1000]),
        ("For $x = 10^{100}$ the logarithm is about $«230»$, so about one number in $230$ of that size is prime,", lambda: log(Integer(10)**100)),
    ],
}

CHECKED_BY_HAND = {
    "number-theory/euclidean-algorithm": [
        ("The equation $210x + 154y = 40$ has no integer solution, because $14$ does not divide $40$.", "40 = 2*14 + 12, so 14 does not divide 40"),
        (r"the number of divisions is at most about $2 \log_2 a$", "theorem: a mod b < a/2 for 0 < b <= a, so two steps halve the first number"),
    ],
    "number-theory/chinese-remainder-theorem": [
        ("$um + vn = 1$", "Bézout's identity, a theorem"),
        (r"no integer satisfies both $x \equiv 1 \pmod 4$ and $x \equiv 0 \pmod 6$", "the first makes x odd, the second makes x even"),
    ],
    "number-theory/fermat-and-rsa": [
        (r"$a^{p-1} \equiv 1 \pmod p$", "theorem, proved in the next sentences"),
        (r"$2 \log_2 d$ multiplications at most", "one squaring per binary digit and at most one multiplication"),
    ],
    "number-theory/gaussian-integers": [
        ("$0$ or $1$ modulo $4$, so a prime of the form $4k + 3$ is not", "squares modulo 4 are 0 and 1, and no two of them add up to 3"),
        (r"$2$ and every prime $p \equiv 1 \pmod 4$ is", "Fermat's theorem on sums of two squares"),
        (r"primes $p \equiv 3 \pmod 4$ stay prime in $\mathbb{Z}[i]$, and primes $p \equiv 1 \pmod 4$ split", "theorem on the primes of the Gaussian integers"),
    ],
    "number-theory/continued-fractions": [
        (r"$p_n = a_n p_{n-1} + p_{n-2}$ and $q_n = a_n q_{n-1} + q_{n-2}$ for $n \ge 2$", "standard recurrence of the convergents"),
        (r"From $\sqrt{2} = 1 + \frac{1}{1 + \sqrt{2}}$", "since (sqrt(2) - 1)(sqrt(2) + 1) = 1"),
        (r"$\sqrt{2} = [1; 2, 2, 2, \dots]$", "iteration of the identity before it; the convergents are machine-checked next"),
        (r"For $d = 7$ we have $\sqrt{7} = [2; 1, 1, 1, 4, 1, 1, 1, 4, \dots]$", "machine-checked through the convergents and the period in the next claims"),
    ],
    "number-theory/primes-from-euclid-to-gauss": [
        ("about 300 BC", "historical fact"),
        ("$2^{k-1}(2^k - 1)$ is perfect whenever $2^k - 1$ is prime", "Euclid's theorem on perfect numbers"),
        (r"so that $\pi(x)$ behaves like $\int_2^x \frac{dt}{\ln t}$", "historical fact, equivalent to the prime number theorem"),
        ("1896 by Hadamard and, independently, by de la Vallée Poussin", "historical fact"),
    ],
}

GIVEN = {
    "number-theory/euclidean-algorithm": [
        (r"Find $\gcd(210, 154)$", "data of the example"),
    ],
    "number-theory/chinese-remainder-theorem": [
        ("$2$, $3$, $2$ on division by $3$, $5$, $7$", "data of the puzzle"),
    ],
    "number-theory/gaussian-integers": [
        ("$a = m^2 - n^2$, $b = 2mn$, $c = m^2 + n^2$", "definition; the identity is machine-checked next"),
    ],
    "number-theory/primes-from-euclid-to-gauss": [
        ("Write down the numbers from $2$ to $n$", "description of the algorithm"),
    ],
}
