"""Laurent series in eps with exact matrix coefficients, and SymPy expressions read in them.

A scalar coefficient beside a matrix stands for its multiple of the identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import NoReturn

from flint import fmpq, fmpq_mat
from sympy import Basic, Derivative, Expr, MatrixSymbol, Pow, Subs, Symbol, Trace, factorial
from sympy.core.function import AppliedUndef

from planar.evidence.verify.gaussian_rationals import Exact, FormalError, convolved, number
from planar.formulas.traversal import Traversal
from planar.foundations.errors import ReadError

__all__ = ["EXACT", "Exact", "FormalError", "Point", "Readings", "Series", "evaluate", "number"]

EXACT = 10**9
"""The order of the first unknown coefficient of a series that is known entirely."""


@dataclass(frozen=True, slots=True)
class Series:
    """``sum of coefficients[k] eps^(low + k) + O(eps^high)``; at most ``terms`` coefficients are
    kept.

    >>> x = Series.of(0, [number(1), number(-1)], 4)
    >>> [c.entry(0, 0) for c in x.inverse().coefficients]
    [1, 1, 1, 1]
    """

    low: int
    coefficients: tuple[Exact, ...]
    high: int
    terms: int

    @staticmethod
    def of(low: int, coefficients: Sequence[Exact], terms: int, high: int = EXACT) -> Series:
        """The series with leading zeros stripped and no more than ``terms`` coefficients."""
        start = next((k for k, c in enumerate(coefficients) if not c.is_zero), None)
        if start is None:
            return Series(high, (), high, terms)
        stop = min(len(coefficients), high - low)
        if stop - start > terms:
            stop = start + terms
            high = min(high, low + stop)
        while stop > start and coefficients[stop - 1].is_zero:
            stop -= 1
        if stop <= start:
            return Series(high, (), high, terms)
        return Series(low + start, tuple(coefficients[start:stop]), high, terms)

    def coefficient(self, power: int) -> Exact:
        """The coefficient of eps^power; FormalError where it is not known."""
        if power >= self.high:
            raise FormalError(
                f"the coefficient of order {power} is not known, only those below {self.high}."
            )
        k = power - self.low
        return self.coefficients[k] if 0 <= k < len(self.coefficients) else number(0)

    def same(self, other: Series) -> bool:
        """Whether both know the same coefficients, and as many of them."""
        mine, theirs = (self.low, self.high, self.terms), (other.low, other.high, other.terms)
        return mine == theirs and [(c.re, c.im) for c in self.coefficients] == [
            (c.re, c.im) for c in other.coefficients
        ]

    def agrees(self, other: Series, high: int) -> bool:
        """Whether all coefficients below ``high`` are equal."""
        difference = self - other
        return difference.low >= min(high, difference.high)

    def map(self, function: Callable[[Exact], Exact]) -> Series:
        """Every coefficient through a linear function."""
        return Series.of(self.low, [function(c) for c in self.coefficients], self.terms, self.high)

    @property
    def bits(self) -> int:
        """The length of the longest numerator or denominator."""
        return max((c.bits for c in self.coefficients), default=0)

    def cut(self, terms: int) -> Series:
        """No more than this many coefficients."""
        return Series.of(self.low, self.coefficients, terms, self.high)

    def exactly(self, terms: int) -> Series:
        """Its coefficients as all that there are, room for this many."""
        return (
            Series.of(self.low, self.coefficients, terms)
            if self.coefficients
            else Series.of(0, [], terms)
        )

    def shift(self, power: int) -> Series:
        """Times eps^power."""
        return Series(self.low + power, self.coefficients, self.high + power, self.terms)

    def __add__(self, other: Series) -> Series:
        if not self.coefficients and self.high > EXACT // 2:
            return other
        if not other.coefficients and other.high > EXACT // 2:
            return self
        high = min(self.high, other.high)
        low = min(self.low, other.low)
        stop = min(
            high, max(self.low + len(self.coefficients), other.low + len(other.coefficients))
        )
        total = []
        for power in range(low, stop):
            found = [
                s.coefficients[power - s.low]
                for s in (self, other)
                if 0 <= power - s.low < len(s.coefficients)
            ]
            total.append(
                found[0] + found[1] if len(found) == 2 else found[0] if found else number(0)
            )
        return Series.of(low, total, min(self.terms, other.terms), high)

    def __neg__(self) -> Series:
        return self.map(lambda c: -c)

    def __sub__(self, other: Series) -> Series:
        return self + (-other)

    def __mul__(self, other: Series) -> Series:
        low, terms = self.low + other.low, min(self.terms, other.terms)
        high = min(self.high + other.low, other.high + self.low)
        a, b = self.coefficients, other.coefficients
        if not a or not b:
            return Series(min(high, EXACT), (), min(high, EXACT), terms)
        total = convolved(a, b, min(len(a) + len(b) - 1, terms + 1, high - low))
        if len(a) + len(b) - 1 > len(total):
            high = min(high, low + len(total))
        return Series.of(low, total, terms, high)

    def inverse(self) -> Series:
        """The inverse; FormalError where the leading coefficient has none."""
        if not self.coefficients:
            raise FormalError("something inverted vanishes to every order that is known.")
        first = self.coefficients[0].inverse()
        length = min(self.high - self.low, self.terms)
        if len(self.coefficients) == 1 and self.high > EXACT // 2:
            return Series(-self.low, (first,), EXACT, self.terms)
        found = [first]
        for n in range(1, length):
            parts = [
                self.coefficients[k] * found[n - k]
                for k in range(1, min(n + 1, len(self.coefficients)))
            ]
            found.append(-(first * _total(parts)) if parts else number(0))
        return Series.of(-self.low, found, self.terms, length - self.low)

    def __pow__(self, power: int) -> Series:
        base = self if power >= 0 else self.inverse()
        result = Series.of(0, [number(1)], self.terms)
        for _ in range(abs(power)):
            result = result * base
        return result

    def sqrt(self) -> Series:
        """The root of a scalar series whose leading coefficient is the square of a positive
        rational.
        """
        if not self.coefficients or self.low % 2 or not self.coefficients[0].is_scalar:
            raise FormalError(
                "the root of a matrix, of zero or of an odd power is no Laurent series."
            )
        first = Exact(fmpq_mat(1, 1, [_rational_root(self.coefficients[0])]))
        half, found = (first + first).inverse(), [first]
        for n in range(1, min(self.high - self.low, self.terms)):
            value = self.coefficients[n] if n < len(self.coefficients) else number(0)
            found.append(half * _total([value, *(-(found[k] * found[n - k]) for k in range(1, n))]))
        return Series.of(self.low // 2, found, self.terms, self.low // 2 + len(found))

    def composed(self, taylor: Callable[[int], Exact]) -> Series:
        """``sum of taylor(n) z^n`` for z of positive valuation."""
        if self.coefficients and self.low < 1:
            raise FormalError(
                "a power series at an argument that does not vanish to leading order."
            )
        result = Series.of(0, [taylor(0)], self.terms, min(self.high, EXACT))
        power = Series.of(0, [number(1)], self.terms)
        for n in range(1, self.terms + 1):
            power = power * self
            result = result + power.map(taylor(n).__mul__)
        return Series.of(result.low, result.coefficients, self.terms, min(result.high, self.terms))


def _total(parts: Sequence[Exact]) -> Exact:
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return result


def _rational_root(value: Exact) -> fmpq:
    if value.im is None and value.re[0, 0] >= 0:
        found = fmpq(value.re[0, 0].p.isqrt(), value.re[0, 0].q.isqrt())
        if found * found == value.re[0, 0]:
            return found
    raise FormalError(f"the root of {value.entry(0, 0)} is not rational.")


# -- SymPy in these series
# -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """Where expressions are read: series for symbols, for letters by name, cumulants of laws that
    have no numbers.

    ``laws[B](n)`` is the free cumulant kappa_n of the letter B, for ``R_B(z)``, its derivatives and
    ``kappa_B(n)``.
    """

    symbols: Mapping[Symbol, Series]
    letters: Mapping[str, Series]
    laws: Mapping[str, Callable[[int], Exact]] = field(default_factory=dict)
    terms: int = 12

    def with_symbols(self, symbols: Mapping[Symbol, Series]) -> Point:
        """The same point with more symbols."""
        return Point({**self.symbols, **symbols}, self.letters, self.laws, self.terms)

    def cut(self, terms: int) -> Point:
        """The same point with fewer terms of every series."""

        symbols = {s: v.cut(terms) for s, v in self.symbols.items()}
        return Point(
            symbols, {name: v.cut(terms) for name, v in self.letters.items()}, self.laws, terms
        )

    @property
    def one(self) -> Series:
        """The series 1."""
        return self.constant(number(1))

    def constant(self, value: Exact) -> Series:
        """A series of one coefficient."""
        return Series.of(0, [value], self.terms)


def evaluate(expression: Expr, point: Point) -> Series:
    """The series of a SymPy expression in scalars, letters and traces.

    >>> z = Symbol("z")
    >>> at = Point({z: Series.of(1, [number(1)], 4)}, {}, terms=4)
    >>> [c.entry(0, 0) for c in evaluate(2 / (1 - z), at).coefficients]
    [2, 2, 2, 2]
    """
    return _Reading(point, {})(expression)


class Readings:
    """Expressions read at one point again and again, while some of its symbols change: all that
    holds none of these is kept.

    >>> y, z = Symbol("y"), Symbol("z")
    >>> at = Readings(Point({y: Series.of(0, [number(2)], 4), z: Series.of(0, [number(3)], 4)}, {}, terms=4), [z])
    >>> at.change(z, Series.of(0, [number(5)], 4))
    >>> at.evaluate(y * z).coefficient(0).entry(0, 0)
    10
    """

    def __init__(self, point: Point, changing: Iterable[Symbol]) -> None:
        self._point, self._changing = point, frozenset(changing)
        self._known: dict[Basic, Series] = {}
        self._held: dict[Basic, frozenset[Symbol]] = {}

    def change(self, symbol: Symbol, value: Series) -> None:
        """A new value for one of the symbols."""
        if symbol in self._point.symbols and self._point.symbols[symbol].same(value):
            return
        self._point = self._point.with_symbols({symbol: value})
        self._known = {e: known for e, known in self._known.items() if symbol not in self._of(e)}

    def evaluate(self, expression: Expr) -> Series:
        """The series of an expression at the values of now."""
        return _Reading(self._point, self._known)(expression)

    def _of(self, expression: Basic) -> frozenset[Symbol]:
        """The changing symbols that an expression holds."""
        if expression not in self._held:
            own = self._changing & {expression}
            self._held[expression] = own.union(*map(self._of, expression.args))
        return self._held[expression]


class _Reading(Traversal[Series]):
    """The series of expressions at a point; ``known`` are those that were read."""

    def __init__(self, point: Point, known: dict[Basic, Series]) -> None:
        self.point, self.known = point, known

    def __call__(self, expression: Basic) -> Series:
        if expression not in self.known:
            self.known[expression] = super().__call__(expression)
        return self.known[expression]

    def number(self, expression: Expr) -> Series:
        if not expression.is_Rational:
            self.unread(expression)
        return self.point.constant(number(Fraction(int(expression.p), int(expression.q))))

    def imaginary(self, _: Expr) -> Series:
        return self.point.constant(number(0, 1))

    def symbol(self, expression: Symbol) -> Series:
        if expression not in self.point.symbols:
            raise ReadError(
                f"the symbol {expression} of the formula is neither in the expression nor defined."
            )
        return self.point.symbols[expression]

    def letter(self, expression: MatrixSymbol) -> Series:
        if expression.name not in self.point.letters:
            raise ReadError(
                f"{expression.name} of the formula is no deterministic letter of the expression."
            )
        return self.point.letters[expression.name]

    def identity(self, _: Expr) -> Series:
        return self.point.constant(number(1))

    def zero(self, _: Expr) -> Series:
        return Series.of(0, [], self.point.terms)

    def sum(self, expression: Expr) -> Series:
        return reduce(add, map(self, expression.args))

    def product(self, expression: Expr) -> Series:
        return reduce(mul, map(self, expression.args))

    def inverse(self, expression: Expr) -> Series:
        return self(expression.args[0]).inverse()

    def power(self, expression: Expr) -> Series:
        base, power = expression.args
        if power.is_Integer:
            return self(base) ** int(power)
        if not isinstance(expression, Pow) or not (2 * power).is_Integer:
            self.unread(expression)
        return self(base).sqrt() ** int(2 * power)

    def transpose(self, expression: Expr) -> Series:
        return self(expression.args[0]).map(Exact.transpose)

    def conjugate(self, expression: Expr) -> Series:
        return self(expression.args[0]).map(Exact.conjugate)

    def adjoint(self, expression: Expr) -> Series:
        return self.conjugate(expression).map(Exact.transpose)

    def normalised_trace(self, expression: Expr) -> Series:
        return self(expression.args[0]).map(Exact.normalised_trace)

    def trace(self, expression: Trace) -> Series:
        return self.normalised_trace(expression) * self(expression.args[0].shape[0])

    def function(self, expression: Expr) -> Series:
        if len(expression.args) != 1:
            self.unread(expression)
        return _analytic(expression.func, self(expression.args[0]), expression)

    def undefined(self, expression: Expr) -> Series:
        """``R_B(z)``, its derivatives, ``S_B(z)`` and ``kappa_B(n)`` through the cumulants of B."""
        call, order, argument = _call(expression)
        known = {
            f"{kind}_{law}": (kind, law) for law in self.point.laws for kind in ("R", "S", "kappa")
        }
        if call.func.__name__ not in known:
            raise ReadError(
                f"the function {call.func} of the formula belongs to no law of the expression."
            )
        kind, law = known[call.func.__name__]
        cumulant = self.point.laws[law]
        if kind == "kappa":
            return self.point.constant(cumulant(int(argument)))
        if kind == "S":
            return _s_transform(self(argument), cumulant, self.point)
        return self(argument).composed(
            lambda n: cumulant(n + order + 1) * number(int(factorial(n + order) / factorial(n)))
        )

    def unread(self, expression: Basic) -> NoReturn:
        kind = type(expression).__name__
        raise ReadError(
            f"cannot expand `{expression}` ({kind}) in a series: verify has no rule for it."
        )


def _call(expression: Basic) -> tuple[Expr, int, Expr]:
    """A function without a formula, how often it is differentiated, and where it stands."""
    order, call, argument = 0, expression, None
    if isinstance(expression, Subs):
        call, argument = expression.args[0], expression.args[2][0]
    if isinstance(call, Derivative):
        order = int(call.args[1][1])
        if call.args[1][0] != call.args[0].args[0]:
            raise ReadError(
                f"cannot expand `{expression}` in a series; write the derivative at its own argument."
            )
        call = call.args[0]
    if not isinstance(call, AppliedUndef) or len(call.args) != 1:
        raise ReadError(f"cannot expand `{expression}` in a series; verify has no rule for it.")
    return call, order, call.args[0] if argument is None else argument


def _s_transform(z: Series, cumulant: Callable[[int], Exact], point: Point) -> Series:
    """S with ``S R(z S) = 1``, order by order."""
    found = point.constant(cumulant(1)).inverse()
    for _ in range(point.terms + 1):
        found = (z * found).composed(lambda n: cumulant(n + 1)).inverse()
    return found


def _analytic(function: Callable[[Expr], Expr], z: Series, whole: Basic) -> Series:
    """A function of one variable by its Taylor series about the leading coefficient, where that is
    rational.
    """
    if z.low < 0 or (z.coefficients and not z.coefficients[0].is_scalar):
        raise FormalError(f"`{whole}` has a pole where its Taylor series is needed.")
    at, x = z.coefficient(0).entry(0, 0), Symbol("x")

    def taylor(n: int) -> Exact:
        found = function(x).diff(x, n).subs(x, at) / factorial(n)
        if not found.is_Rational:
            raise FormalError(
                f"`{whole}` has the coefficient {found} in its Taylor series, which is not rational."
            )
        return number(Fraction(int(found.p), int(found.q)))

    return (z - Series.of(0, [z.coefficient(0)], z.terms)).composed(taylor)
