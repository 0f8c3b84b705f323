"""The numeric claims of the calculus documents; see the package docstring."""

# ruff: noqa: E501

from sympy import Rational, atan, cos, diff, exp, factorial, limit, log, series, sin, solve, sqrt
from sympy.abc import a, h, x

CLAIMS = {
    "calculus/derivative-rules": [
        (r"for $f(x) = x^3$ the quotient is $«\frac{(a+h)^3 - a^3}{h}» = «3a^2 + 3ah + h^2»$,", None),
        ("it tends to $f'(a) = «3a^2»$", lambda: limit(((a + h)**3 - a**3)/h, h, 0)),
        ("For $f(x) = (x^2 + 1)^5$ the chain rule gives $f'(x) = «10x(x^2 + 1)^4»$, so $f'(1) = «160»$.", lambda: [diff((x**2 + 1)**5), diff((x**2 + 1)**5).subs(x, 1)]),
        ("For $g(x) = x^2 e^{-x}$ the product rule gives $g'(x) = «(2x - x^2) e^{-x}»$.", lambda: diff(x**2*exp(-x))),
        ("It vanishes at $x = «0»$ and $x = «2»$;", lambda: sorted(solve(diff(x**2*exp(-x))))),
        (r"$g$ has a local maximum at $x = 2$ with value $«4 e^{-2}» \approx «0.541»$", lambda: (x**2*exp(-x)).subs(x, 2)),
        (r"Its slope is $\frac{1}{2\sqrt{4}} = «\frac{1}{4}»$", lambda: diff(sqrt(x)).subs(x, 4)),
        (r"the tangent is $y = «2 + \frac{1}{4}(x - 4)»$, which is zero at $x = «-4»$.", lambda: [series(sqrt(x), x, 4, 2).removeO(), solve(series(sqrt(x), x, 4, 2).removeO())[0]]),
        ("The volume is $V(x) = x(12 - 2x)^2$ with derivative $V'(x) = «12(6 - x)(2 - x)»$.", lambda: diff(x*(12 - 2*x)**2)),
        ("In the interval $0 < x < 6$ the only zero is $x = «2»$, and the maximal volume is $V(2) = «128»$ cubic centimetres.", lambda: [min(solve(diff(x*(12 - 2*x)**2))), (x*(12 - 2*x)**2).subs(x, 2)]),
    ],
    "calculus/taylor-series": [
        (r"$e^x = «1 + x + \frac{x^2}{2} + \frac{x^3}{6}» + \cdots$", lambda: series(exp(x), x, 0, 4).removeO()),
        (r"$\sin x = «x - \frac{x^3}{6} + \frac{x^5}{120}» - \cdots$", lambda: series(sin(x), x, 0, 6).removeO()),
        (r"$\cos x = «1 - \frac{x^2}{2} + \frac{x^4}{24}» - \cdots$.", lambda: series(cos(x), x, 0, 5).removeO()),
        (r"$\ln(1 + x) = «x - \frac{x^2}{2} + \frac{x^3}{3}» - \cdots$.", lambda: series(log(1 + x), x, 0, 4).removeO()),
        (r"Compute $e$ with the terms up to $k = 6$: $«1 + 1 + \frac{1}{2} + \frac{1}{6} + \frac{1}{24} + \frac{1}{120} + \frac{1}{720}» = «\frac{1957}{720}» \approx «2.71806»$.", lambda: sum(1/factorial(k) for k in range(7))),
        ("the true error is about $«0.000226»$.", lambda: exp(1) - Rational(1957, 720)),
        (r"$\lim_{x \to 0} \frac{x - \sin x}{x^3} = «\frac{1}{6}»$,", lambda: limit((x - sin(x))/x**3, x, 0)),
        (r"From $\frac{1}{1 + x^2} = «1 - x^2 + x^4 - x^6» + \cdots$ for $|x| < 1$", lambda: series(1/(1 + x**2), x, 0, 8).removeO()),
        (r"$\arctan x = «x - \frac{x^3}{3} + \frac{x^5}{5} - \frac{x^7}{7}» + \cdots$,", lambda: series(atan(x), x, 0, 9).removeO()),
    ],
}

CHECKED_BY_HAND = {
    "calculus/derivative-rules": [
        (r"$f'(a) = \lim_{h \to 0} \frac{f(a + h) - f(a)}{h}$", "definition"),
        (r"Where does the tangent to $y = \sqrt{x}$ at $x = 4$ meet the horizontal axis?", "data of the example"),
        ("From a square sheet with side $12$ cm equal squares of side $x$ are cut off at the corners, and the rest is folded up.", "data of the example"),
    ],
    "calculus/taylor-series": [
        (r"$f(x) = \sum_{k=0}^{n} \frac{f^{(k)}(a)}{k!} (x - a)^k + R_n(x)$", "Taylor's theorem"),
        (r"The remainder is at most $\frac{e}{7!} < \frac{3}{5040} < 0.0006$", "e < 3, 7! = 5040 and 3/5040 = 0.000595..."),
        (r"to $\frac{\pi}{4}$", "Leibniz series, a theorem (Abel)"),
        ("$f(x) = e^{-1/x^2}$ with $f(0) = 0$ has all derivatives zero at the origin", "classical counterexample"),
    ],
}
