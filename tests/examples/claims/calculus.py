"""The numeric claims of the calculus documents; see the package docstring."""

# ruff: noqa: E501
# fmt: off

from sympy import (
    Function,
    Matrix,
    Rational,
    atan,
    cos,
    diff,
    dsolve,
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
    simplify,
    sin,
    solve,
    sqrt,
    summation,
)
from sympy.abc import a, h, k, lamda, m, n, r, t, x, y

CUBIC = x**3 - 2 * x - 5


def newton(f, guess, steps):
    found = []
    for _ in range(steps):
        guess = guess - f.subs(x, guess) / diff(f).subs(x, guess)
        found.append(guess)
    return found


LOGISTIC = 1 / (1 + 9 * exp(-t))
F = Function("F")


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
        ("In the interval $0 < x < 6$ the only zero of $V'$ is $x = «2»$, where $V'$ changes from positive to negative, and the maximal volume is $V(2) = «128»$ cubic centimetres.", lambda: [*(zero for zero in solve(diff(x*(12 - 2*x)**2)) if 0 < zero < 6), (x*(12 - 2*x)**2).subs(x, 2)]),
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
        (r"$«3^2 - 2 \cdot 2^2» = «1»$, $«17^2 - 2 \cdot 12^2» = «1»$ and $«577^2 - 2 \cdot 408^2» = «1»$.", None),
        (r"For $\sqrt{2}$ the factor is $\frac{2}{4\sqrt{2}} \approx «0.354»$.", lambda: 1/(2*sqrt(2))),
        ("There $f(2) = «-1»$ and $f'(2) = «10»$, so $x_0 = 2$ leads to $x_1 = «2.1»$.", lambda: [CUBIC.subs(x, 2), diff(CUBIC).subs(x, 2), *newton(CUBIC, 2, 1)]),
        (r"Next, $f(2.1) = «0.061»$ and $f'(2.1) = «11.23»$, hence $x_2 \approx «2.09457»$.", lambda: [CUBIC.subs(x, Rational(21, 10)), diff(CUBIC).subs(x, Rational(21, 10)), newton(CUBIC, 2, 2)[1]]),
        ("The root is about $«2.0945515»$.", lambda: nsolve(CUBIC, 2, prec=30)),
        ("For $f(x) = x^3 - 2x + 2$ and $x_0 = 0$ the iteration gives $x_1 = «1»$, $x_2 = «0»$,", lambda: newton(x**3 - 2*x + 2, 0, 2)),
    ],
    "calculus/growth-and-oscillation-equations": [
        (r"If $30\%$ of the original amount is left, the age $t$ satisfies $2^{-t/5730} = 0.3$, so $t = 5730 \cdot \frac{\ln(10/3)}{\ln 2} \approx «9953»$ years.", lambda: 5730*log(Rational(10, 3))/log(2)),
        ("The difference has fallen from $«70»$ to $«35»$, it is halved every ten minutes, and after twenty minutes the coffee has $20 + 17.5 = «37.5»$ degrees.", lambda: [90 - 20, 55 - 20, 20 + 70*Rational(1, 2)**2]),
        (r"$«\frac{1}{y(1 - y)}» = «\frac{1}{y} + \frac{1}{1 - y}»$:", None),
        (r"With $y(0) = \frac{1}{10}$ the solution is $y(t) = «\frac{1}{1 + 9e^{-t}}»$.", lambda: LOGISTIC if simplify(diff(LOGISTIC, t) - LOGISTIC*(1 - LOGISTIC)) == 0 and LOGISTIC.subs(t, 0) == Rational(1, 10) else None),
        (r"when $y = «\frac{1}{2}»$", lambda: solve(diff(y*(1 - y), y), y)[0]),
        (r"at $t = «\ln 9» \approx «2.197»$", lambda: solve(LOGISTIC - Rational(1, 2), t)[0]),
        (r"with the value $«\frac{1}{4}»$", lambda: (y*(1 - y)).subs(y, solve(diff(y*(1 - y), y), y)[0])),
        ("with the roots $«-1»$ and $«-2»$", lambda: sorted(solve(lamda**2 + 3*lamda + 2), reverse=True)),
        ("the one with $y(0) = 0$ and $y'(0) = 1$ is $y(t) = «e^{-t} - e^{-2t}»$", lambda: dsolve(F(t).diff(t, 2) + 3*F(t).diff(t) + 2*F(t), F(t), ics={F(0): 0, F(t).diff(t).subs(t, 0): 1}).rhs),
        (r"its maximum $«\frac{1}{4}»$ at $t = «\ln 2»$", lambda: [(exp(-t) - exp(-2*t)).subs(t, log(2)), solve(diff(exp(-t) - exp(-2*t), t), t)[0]]),
        ("has the eigenvalues $«-1»$ and $«-2»$", lambda: sorted(Matrix([[0, 1], [-2, -3]]).eigenvals(), reverse=True)),
    ],
    "calculus/harmonic-series-and-basel": [
        (r"the first ten terms add up to $«\frac{7381}{2520}» \approx «2.929»$", lambda: sum(Rational(1, j) for j in range(1, 11))),
        (r"The periodic decimal $0.272727\ldots = 27\left(\frac{1}{100} + \frac{1}{100^2} + \cdots\right)$ is therefore $\frac{27}{99} = «\frac{3}{11}»$.", lambda: Rational(27, 100)/(1 - Rational(1, 100))),
        (r"for $q = \frac{1}{2}$ this shows $\sum_{n=1}^{\infty} \frac{n}{2^n} = «2»$", lambda: summation(n/2**n, (n, 1, oo))),
        (r"From $«\frac{1}{n(n+1)}» = «\frac{1}{n} - \frac{1}{n+1}»$", None),
        (r"$\sum_{n=1}^{m} \frac{1}{n(n+1)} = «1 - \frac{1}{m+1}»$, so the first nine terms add up to $«\frac{9}{10}»$", lambda: [summation(1/(n*(n + 1)), (n, 1, m)), summation(1/(n*(n + 1)), (n, 1, 9))]),
        (r"For $s = 2$ the sum is at most $1 + \int_1^\infty x^{-2}\,dx = «2»$.", lambda: 1 + integrate(x**-2, (x, 1, oo))),
        (r"1735: $\sum_{n=1}^{\infty} \frac{1}{n^2} = «\frac{\pi^2}{6}» \approx «1.6449»$.", lambda: summation(1/n**2, (n, 1, oo))),
        ("Ten terms give only about $«1.5498»$.", lambda: sum(Rational(1, j*j) for j in range(1, 11))),
        (r"the Taylor series $\frac{\sin x}{x} = «1 - \frac{x^2}{6}» + \cdots$", lambda: series(sin(x)/x, x, 0, 4).removeO()),
        (r"by the Taylor series of the logarithm, $1 - \frac{1}{2} + \frac{1}{3} - \frac{1}{4} + \cdots = «\ln 2» \approx «0.693»$.", lambda: summation((-1)**(n + 1)/n, (n, 1, oo))),
    ],
}

CHECKED_BY_HAND = {
    "calculus/taylor-series": [
        (r"$f(x) = \sum_{k=0}^{n} \frac{f^{(k)}(a)}{k!} (x - a)^k + R_n(x)$", "Taylor's theorem"),
        (r"The remainder is at most $\frac{e}{7!} < \frac{3}{5040} < 0.0006$", "e < 3, 7! = 5040 and 3/5040 = 0.000595..."),
        (r"to $\frac{\pi}{4}$", "Leibniz series, a theorem (Abel)"),
        ("$f(x) = e^{-1/x^2}$ with $f(0) = 0$ has all derivatives zero at the origin", "classical counterexample"),
    ],
    "calculus/newtons-method": [
        (r"$x_{n+1} = \frac{1}{2}\left(x_n + \frac{a}{x_n}\right)$", "simplification of x - (x^2 - a)/(2x)"),
        (r"$e_{n+1} \approx \frac{f''(r)}{2f'(r)} e_n^2$", "theorem: quadratic convergence at a simple root"),
        (r"for $f(x) = x^2$ each step just halves the error, $x_{n+1} = \frac{x_n}{2}$", "x - x^2/(2x) = x/2"),
    ],
    "calculus/growth-and-oscillation-equations": [
        (r"$v' = -2u - 3v$, and the matrix $\begin{pmatrix} 0 & 1 \\ -2 & -3 \end{pmatrix}$", "rewriting of the equation"),
    ],
    "calculus/harmonic-series-and-basel": [
        (r"$1 + \frac{1}{2} + \left(\frac{1}{3} + \frac{1}{4}\right) + \left(\frac{1}{5} + \cdots + \frac{1}{8}\right) + \cdots$, where every bracket exceeds $\frac{1}{2}$", "the smallest of the 2^k terms of a bracket is the last one, 1/2^(k+1)"),
        (r"the partial sums differ from $\ln n$ by less than one for all $n \ge 2$", "the sum minus the logarithm lies strictly between 0 and 1 by comparison with rectangles"),
        (r"the infinite product $\prod_{n \ge 1} \left(1 - \frac{x^2}{n^2 \pi^2}\right)$ over the zeros of the sine, and read off the coefficients of $x^2$: $-\frac{1}{6} = -\sum \frac{1}{n^2 \pi^2}$", "Euler's argument; the value is machine-checked before"),
    ],
}

GIVEN = {
    "calculus/derivative-rules": [
        (r"$f'(a) = \lim_{h \to 0} \frac{f(a + h) - f(a)}{h}$", "definition"),
        (r"Where does the tangent to $y = \sqrt{x}$ at $x = 4$ meet the horizontal axis?", "data of the example"),
        ("From a square sheet with side $12$ cm equal squares of side $x$ are cut off at the corners, and the rest is folded up.", "data of the example"),
    ],
    "calculus/integration-and-area": [
        (r"$u = 1 + x^2$ and $du = 2x\,dx$", "data of the substitution"),
        (r"$y = \sqrt{r^2 - x^2}$ for $-r \le x \le r$, turned around the horizontal axis, sweeps out a ball", "description of the solid"),
    ],
    "calculus/newtons-method": [
        (r"$x_{n+1} = x_n - \frac{f(x_n)}{f'(x_n)}$", "definition"),
        ("$f(x) = x^3 - 2x - 5$", "data of the example"),
    ],
    "calculus/growth-and-oscillation-equations": [
        ("The half-life of carbon-14 is about $5730$ years.", "measured constant"),
        ("Coffee at $90$ degrees in a room at $20$ degrees has $55$ degrees after ten minutes.", "data of the example"),
        (r"$y'' + 3y' + 2y = 0$ the trial solution $y = e^{\lambda t}$ leads to $\lambda^2 + 3\lambda + 2 = 0$", "data of the example"),
    ],
}
