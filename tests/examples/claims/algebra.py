"""The numeric claims of the algebra documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from sympy import (
    Abs,
    Function,
    I,
    Matrix,
    Mul,
    Rational,
    arg,
    binomial,
    cbrt,
    cos,
    diff,
    discriminant,
    exp,
    expand,
    expand_trig,
    im,
    limit,
    oo,
    pi,
    quo,
    re,
    real_roots,
    roots,
    rsolve,
    solve,
    sqrt,
    summation,
)
from sympy.abc import c, k, n, p, q, t, x


def recurrence(p, q, first, second, length):
    terms = [first, second]
    while len(terms) < length:
        terms.append(p * terms[-1] + q * terms[-2])
    return terms


def hanoi(discs):
    return 2 * hanoi(discs - 1) + 1 if discs else 0


CLAIMS = {
    "algebra/completing-the-square": [
        ("Since $«x^2 - 6x + 2» = «(x - 3)^2 - 7»$ for every $x$,", None),
        (r"the equation $x^2 - 6x + 2 = 0$ has the two roots $x = «3 + \sqrt{7}»$ and $x = «3 - \sqrt{7}»$.", lambda: sorted(solve(x**2 - 6*x + 2), reverse=True)),
        ("the parabola $y = x^2 - 6x + 2$ has its vertex at $(«3, -7»)$", lambda: (3, (x**2 - 6*x + 2).subs(x, solve(diff(x**2 - 6*x + 2))[0]))),
        ("only at $x = «3»$", lambda: solve((x - 3)**2)[0]),
        (r"$«x^2 + \frac{b}{a} x + \frac{c}{a}» = «\left(x + \frac{b}{2a}\right)^2 - \frac{b^2 - 4ac}{4a^2}»$.", None),
        (r"For $2x^2 + 3x - 5 = 0$ we get $D = «9 + 40» = «49»$, so $x = \frac{-3 \pm 7}{4}$ and the roots are $«1»$ and $«-\frac{5}{2}»$.", lambda: [discriminant(2*x**2 + 3*x - 5, x)] * 2 + sorted(solve(2*x**2 + 3*x - 5), reverse=True)),
        (r"the sum of the roots is $«-\frac{3}{2}»$ and their product is $«-\frac{5}{2}»$", lambda: [sum(solve(2*x**2 + 3*x - 5)), Mul(*solve(2*x**2 + 3*x - 5))]),
    ],
    "algebra/proof-by-induction": [
        (r"$1 + 2 + \cdots + n = «\frac{n(n+1)}{2}»$ for all $n \ge 1$.", lambda: summation(k, (k, 1, n))),
        (r"$«\frac{n(n+1)}{2} + (n+1)» = «\frac{(n+1)(n+2)}{2}»$,", None),
        ("For instance, the first $100$ integers add up to $«5050»$.", lambda: sum(range(1, 101))),
        ("The first $n$ odd numbers add up to $«n^2»$; with five terms, $«1 + 3 + 5 + 7 + 9» = «25»$.", lambda: [summation(2*k - 1, (k, 1, n)), sum(range(1, 10, 2)), sum(range(1, 10, 2))]),
        ("$«n^2 + (2n + 1)» = «(n + 1)^2»$.", None),
        ("$«7 - 1» = «6»$", None),
        ("$«7^{n+1} - 1» = «7(7^n - 1) + 6»$,", None),
        ("The base case reads $«32» > «25»$", lambda: [2**5, 5**2]),
        ("at $n = 3$ the inequality fails, since $«8» < «9»$,", lambda: [2**3, 3**2]),
    ],
    "algebra/polynomial-division-and-roots": [
        ("Trying small numbers, $f(1) = «-6»$ and $f(2) = «-12»$ are not zero, but $f(3) = «54 - 27 - 33 + 6» = «0»$.", lambda: [(2*x**3 - 3*x**2 - 11*x + 6).subs(x, v) for v in (1, 2, 3, 3)]),
        ("Division by $x - 3$ gives $f = (x - 3)(«2x^2 + 3x - 2»)$,", lambda: quo(2*x**3 - 3*x**2 - 11*x + 6, x - 3)),
        ("the quadratic factor is $«(2x - 1)(x + 2)»$", lambda: quo(2*x**3 - 3*x**2 - 11*x + 6, x - 3)),
        (r"The roots are $«3»$, $«\frac{1}{2}»$ and $«-2»$.", lambda: sorted(solve(2*x**3 - 3*x**2 - 11*x + 6), reverse=True)),
        (r"the sum of the roots must be $-\frac{-3}{2}$, and indeed $3 + \frac{1}{2} - 2 = «\frac{3}{2}»$", lambda: sum(roots(2*x**3 - 3*x**2 - 11*x + 6))),
        ("their product is $«-3»$", lambda: Mul(*roots(2*x**3 - 3*x**2 - 11*x + 6))),
        (r"$x^2 - 2$ could only be $\pm 1$ or $\pm 2$, and their squares are $«1»$ and $«4»$", lambda: [1**2, 2**2]),
    ],
    "algebra/linear-recurrences": [
        ("its discriminant $«p^2 + 4q»$ is not zero", lambda: discriminant(t**2 - p*t - q, t)),
        ("The equation $t^2 - 5t + 6 = 0$ has the roots $«2»$ and $«3»$.", lambda: sorted(solve(t**2 - 5*t + 6))),
        ("From $A + B = 0$ and $2A + 3B = 1$ we find $A = «-1»$, $B = «1»$", lambda: list(Matrix([[1, 1], [2, 3]]).solve(Matrix([0, 1])))),
        (r"Check: the sequence starts with $«0», «1», «5», «19», «65»$, and $5 \cdot 19 - 6 \cdot 5 = «65»$.", lambda: [*recurrence(5, -6, 0, 1, 5), 5*19 - 6*5]),
        ("The number $«2»$ is a double root of $t^2 - 4t + 4$.", lambda: [root for root, times in roots(t**2 - 4*t + 4).items() if times == 2]),
        ("The initial values give $A = 1$ and $2(1 + B) = 6$, hence $B = «2»$ and $b_n = «(1 + 2n) 2^n»$.", lambda: [solve(2*(1 + x) - 6)[0], rsolve(Function("b")(n) - 4*Function("b")(n - 1) + 4*Function("b")(n - 2), Function("b")(n), [1, 6])]),
        ("The next terms are $b_2 = «20»$ and $b_3 = «56»$.", lambda: recurrence(4, -4, 1, 6, 4)[2:]),
        ("$c = 2c + 1$, so $c = «-1»$", lambda: solve(x - 2*x - 1)),
        ("ten discs need $«1023»$ moves", lambda: hanoi(10)),
        (r"Since $\left(\frac{2}{3}\right)^n \to 0$, the quotient $\frac{a_n}{3^n} = «1 - \left(\frac{2}{3}\right)^n»$ tends to $«1»$.", lambda: [(3**n - 2**n)/3**n, limit(1 - Rational(2, 3)**n, n, oo)]),
    ],
    "algebra/complex-numbers-and-roots-of-unity": [
        (r"The number $1 + i$ has absolute value $«\sqrt{2}»$ and argument $«45^\circ»$.", lambda: [Abs(1 + I), arg(1 + I)]),
        ("Hence $(1 + i)^8 = «16»$ and $(1 + i)^{10} = «32i»$.", lambda: [expand((1 + I)**8), expand((1 + I)**10)]),
        ("it equals $«4c^3 - 3c»$", lambda: expand_trig(cos(3*x)).subs(cos(x), c)),
        (r"The cube roots of unity are $«1»$ and $«-\frac{1}{2} + \frac{\sqrt{3}}{2} i»$, $«-\frac{1}{2} - \frac{\sqrt{3}}{2} i»$.", lambda: sorted(roots(x**3 - 1), key=lambda root: (-re(root), -im(root)))),
        (r"The solutions of $z^3 = 8$ are these numbers times $2$, that is, $«2»$ and $«-1 + \sqrt{3} i»$, $«-1 - \sqrt{3} i»$.", lambda: sorted(roots(x**3 - 8), key=lambda root: (-re(root), -im(root)))),
        (r"$1, \omega, \bar{\omega}$, where $\omega$ has the argument $«120^\circ»$,", lambda: arg(-Rational(1, 2) + sqrt(3)*I/2)),
        (r"argument $«60^\circ»$", lambda: arg(1 + exp(2*pi*I/3))),
        (r"For $n = 6$ this is $«\frac{64 + 2}{3}» = «1 + 20 + 1» = «22»$.", lambda: sum(binomial(6, j) for j in (0, 3, 6))),
    ],
    "algebra/means-and-inequalities": [
        (r"$«(\sqrt{x} - \sqrt{y})^2» = «x + y - 2\sqrt{x}\sqrt{y}»$", None),
        ("Among all rectangles with perimeter $20$ the square has the largest area, $«25»$,", lambda: (x*(10 - x)).subs(x, solve(diff(x*(10 - x)))[0])),
        (r"For $x > 0$ the minimum of $x^2 + \frac{16}{x}$ is $«12»$.", lambda: (x**2 + 16/x).subs(x, 2)),
        (r"the sum as $«x^2 + \frac{8}{x} + \frac{8}{x}»$", lambda: x**2 + 16/x),
        ("the product of the three terms is $«64»$, so their mean is at least $«4»$", lambda: [x**2*(8/x)**2, cbrt(64)]),
        (r"Equality holds for $x^2 = \frac{8}{x}$, that is, $x = «2»$.", lambda: real_roots(x**3 - 8)[0]),
        (r"the derivative $«2x - \frac{16}{x^2}»$ vanishes there", lambda: diff(x**2 + 16/x)),
        (r"The inequality gives at most $«5 \cdot 2» = «10»$,", lambda: sqrt(3**2 + 4**2)*sqrt(4)),
        (r"the point $\left(\frac{6}{5}, \frac{8}{5}\right)$ on the circle reaches it: $«\frac{18}{5} + \frac{32}{5}» = «10»$", lambda: 3*Rational(6, 5) + 4*Rational(8, 5)),
        (r"For instance $1.01^{100} \ge «2»$, and the true value is about $«2.7048»$.", lambda: [1 + 100*Rational(1, 100), Rational(101, 100)**100]),
    ],
}

CHECKED_BY_HAND = {
    "algebra/completing-the-square": [
        (r"$x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}$.", "standard formula; it follows from the machine-checked identity before it"),
    ],
    "algebra/proof-by-induction": [
        ("$7^n - 1$ is divisible by $6$", "consequence of the induction step quoted in the next sentence; holds for all n since 7 is 1 modulo 6"),
        (r"For $n \ge 5$ we have $2^n > n^2$.", "theorem, proved in the text that follows"),
        (r"if $2^n > n^2$ with $n \ge 5$, then $2^{n+1} > 2n^2 = n^2 + n \cdot n \ge n^2 + 5n > n^2 + 2n + 1 = (n + 1)^2$. The same step works from $n = 3$ on, with $3n$ in place of $5n$;", "chain of inequalities: n*n >= 5n since n >= 5, and 5n > 2n + 1 since 3n > 1; also n*n >= 3n > 2n + 1 for n >= 3"),
    ],
    "algebra/polynomial-division-and-roots": [
        ("the divisors $1, 2, 3, 6$ of $6$, and these divided by $2$", "divisors of the constant term over divisors of the leading coefficient"),
        (r"so $\sqrt{2}$ is irrational", "consequence of the sentence before it"),
    ],
    "algebra/linear-recurrences": [
        ("$a_n = 3^n - 2^n$", "from the machine-checked roots and constants"),
        ("$T_n + 1$ doubles in every step and starts with $1$, hence $T_n = 2^n - 1$", "T_n + 1 = 2 (T_{n-1} + 1)"),
    ],
    "algebra/complex-numbers-and-roots-of-unity": [
        (r"for $n = 3$: $\cos 3\theta = \cos^3 \theta - 3 \cos \theta \sin^2 \theta$", "real part of the cube"),
        (r"For $n \ge 3$ they are the corners of a regular polygon", "equally spaced arguments on the unit circle"),
        (r"For $n \ge 2$ their sum is zero", "geometric series with quotient different from 1"),
        (r"$S_n = \frac{1}{3}\left(2^n + 2 \cos \frac{n\pi}{3}\right)$ for $n \ge 0$", "roots-of-unity filter; the case n = 6 is machine-checked next"),
    ],
    "algebra/means-and-inequalities": [
        (r"$\sqrt{xy} \le \frac{x + y}{2}$", "theorem, proved in the next sentence"),
        (r"$x + y = 10$ implies $xy \le 5^2$", "the inequality of the two means"),
        (r"$f(t) = \lVert tu + v \rVert^2 = t^2 \lVert u \rVert^2 + 2t\, u \cdot v + \lVert v \rVert^2$ is never negative", "expansion of the dot product"),
        (r"For numbers with $x_1 + \cdots + x_n = s$, choosing $u = (x_1, \dots, x_n)$ and $v = (1, \dots, 1)$ yields $x_1^2 + \cdots + x_n^2 \ge \frac{s^2}{n}$.", "Cauchy-Schwarz inequality applied to the named vectors"),
        (r"$(1 + x)^n \ge 1 + nx$ for all $x \ge -1$ and integers $n \ge 1$", "theorem; the step multiplies by 1 + x >= 0 and drops n x^2 >= 0"),
    ],
}

GIVEN = {
    "algebra/completing-the-square": [
        ("$D = b^2 - 4ac$ is the discriminant", "definition"),
    ],
    "algebra/polynomial-division-and-roots": [
        (r"If $f = c_n x^n + \cdots + c_1 x + c_0$ has integer coefficients, $c_n \ne 0$", "hypotheses"),
        ("Let $f = 2x^3 - 3x^2 - 11x + 6$.", "data of the example"),
    ],
    "algebra/linear-recurrences": [
        (r"$a_n = p\,a_{n-1} + q\,a_{n-2}$ for all $n \ge 2$", "definition"),
        ("Solve $a_n = 5a_{n-1} - 6a_{n-2}$ with $a_0 = 0$, $a_1 = 1$.", "data of the exercise"),
        ("Solve $b_n = 4b_{n-1} - 4b_{n-2}$ with $b_0 = 1$, $b_1 = 6$.", "data of the exercise"),
        ("The Tower of Hanoi with $n$ discs needs $T_n = 2T_{n-1} + 1$ moves, $T_0 = 0$.", "data of the exercise"),
    ],
    "algebra/complex-numbers-and-roots-of-unity": [
        (r"$r = \sqrt{x^2 + y^2}$ is its absolute value", "definition"),
        (r"$\zeta = \cos \frac{2\pi}{n} + i \sin \frac{2\pi}{n}$", "definition"),
        (r"$S_n = \binom{n}{0} + \binom{n}{3} + \binom{n}{6} + \cdots$", "definition"),
    ],
    "algebra/means-and-inequalities": [
        ("How large can $3x + 4y$ be on the circle $x^2 + y^2 = 4$?", "data of the example"),
    ],
}
