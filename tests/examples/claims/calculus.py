"""The numeric claims of the calculus documents; see the package docstring."""

# ruff: noqa: E501

from sympy import (
    Rational,
    atan,
    cos,
    diff,
    exp,
    factor,
    factorial,
    integrate,
    limit,
    log,
    nsolve,
    oo,
    pi,
    series,
    sin,
    solve,
    sqrt,
    summation,
)
from sympy.abc import a, h, k, n, r, x

CUBIC = x**3 - 2 * x - 5


def newton(f, guess, steps):
    found = []
    for _ in range(steps):
        guess = guess - f.subs(x, guess) / diff(f).subs(x, guess)
        found.append(guess)
    return found


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
    "calculus/integration-and-area": [
        (r"$f(x) = x^2$ on the interval from $0$ to $1$ with $n$ strips of width $\frac{1}{n}$ and right endpoints, the sum is $\frac{1}{n^3} \sum_{k=1}^{n} k^2 = «\frac{(n+1)(2n+1)}{6n^2}»$,", lambda: factor(summation(k**2, (k, 1, n))/n**3)),
        (r"its limit for $n \to \infty$ is $«\frac{1}{3}»$", lambda: limit(summation(k**2, (k, 1, n))/n**3, n, oo)),
        ("The line $y = x$ and the parabola $y = x^2$ meet at $x = «0»$ and $x = «1»$.", lambda: sorted(solve(x**2 - x))),
        (r"The area between them is $\int_0^1 (x - x^2)\,dx = «\frac{1}{2} - \frac{1}{3}» = «\frac{1}{6}»$.", lambda: integrate(x - x**2, (x, 0, 1))),
        (r"$\int_0^2 \frac{x}{1 + x^2}\,dx = \frac{1}{2} \int_1^5 \frac{du}{u} = «\frac{1}{2} \ln 5» \approx «0.805»$.", lambda: integrate(x/(1 + x**2), (x, 0, 2))),
        (r"For $f(x) = x$ and $g(x) = e^x$ it gives $\int_0^1 x e^x\,dx = e - (e - 1) = «1»$.", lambda: integrate(x*exp(x), (x, 0, 1))),
        (r"the volume is $\int_{-r}^{r} \pi (r^2 - x^2)\,dx = «\frac{4}{3} \pi r^3»$", lambda: integrate(pi*(r**2 - x**2), (x, -r, r))),
        (r"$\int_1^\infty \frac{dx}{x^2} = \lim_{b \to \infty} \left(1 - \frac{1}{b}\right) = «1»$,", lambda: integrate(1/x**2, (x, 1, oo))),
    ],
    "calculus/newtons-method": [
        (r"For $a = 2$ and $x_0 = 1$ we get $x_1 = «\frac{3}{2}»$, $x_2 = «\frac{17}{12}»$ and $x_3 = «\frac{577}{408}»$.", lambda: newton(x**2 - 2, 1, 3)),
        (r"The last one is about $«1.4142157»$, and it differs from $\sqrt{2}$ by about $«0.0000021»$.", lambda: [Rational(577, 408), Rational(577, 408) - sqrt(2)]),
        (r"$«17^2 - 2 \cdot 12^2» = «1»$ and $«577^2 - 2 \cdot 408^2» = «1»$.", None),
        (r"For $\sqrt{2}$ the factor is $\frac{2}{4\sqrt{2}} \approx «0.354»$.", lambda: 1/(2*sqrt(2))),
        ("There $f(2) = «-1»$ and $f'(2) = «10»$, so $x_0 = 2$ leads to $x_1 = «2.1»$.", lambda: [CUBIC.subs(x, 2), diff(CUBIC).subs(x, 2), *newton(CUBIC, 2, 1)]),
        (r"Next, $f(2.1) = «0.061»$ and $f'(2.1) = «11.23»$, hence $x_2 \approx «2.09457»$.", lambda: [CUBIC.subs(x, Rational(21, 10)), diff(CUBIC).subs(x, Rational(21, 10)), newton(CUBIC, 2, 2)[1]]),
        (r"The root is $2.09455\ldots$, about $«2.0945515»$.", lambda: nsolve(CUBIC, 2, prec=30)),
        ("For $f(x) = x^3 - 2x + 2$ and $x_0 = 0$ the iteration gives $x_1 = «1»$, $x_2 = «0»$,", lambda: newton(x**3 - 2*x + 2, 0, 2)),
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
    "calculus/integration-and-area": [
        (r"$u = 1 + x^2$ and $du = 2x\,dx$", "data of the substitution"),
        (r"$y = \sqrt{r^2 - x^2}$ for $-r \le x \le r$, turned around the horizontal axis, sweeps out a ball", "description of the solid"),
    ],
    "calculus/newtons-method": [
        (r"$x_{n+1} = x_n - \frac{f(x_n)}{f'(x_n)}$", "definition"),
        (r"$x_{n+1} = \frac{1}{2}\left(x_n + \frac{a}{x_n}\right)$", "simplification of x - (x^2 - a)/(2x)"),
        (r"$e_{n+1} \approx \frac{f''(r)}{2f'(r)} e_n^2$", "theorem: quadratic convergence at a simple root"),
        ("$f(x) = x^3 - 2x - 5$", "data of the example"),
        (r"for $f(x) = x^2$ each step just halves the error, $x_{n+1} = \frac{x_n}{2}$", "x - x^2/(2x) = x/2"),
    ],
}
