"""SymPy expressions expanded as Laurent series in eps, with exact matrix coefficients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import NoReturn

from sympy import (
    Basic,
    Derivative,
    Expr,
    MatrixSymbol,
    Mul,
    Pow,
    Subs,
    Symbol,
    Trace,
    expand,
    factorial,
)
from sympy.core.function import AppliedUndef

from planar.evidence.verify.gaussian_rationals import Exact, FormalError, number
from planar.evidence.verify.laurent import Series
from planar.formulas.traversal import Traversal
from planar.foundations.errors import ReadError

__all__ = ["Point", "Readings", "evaluate"]

_SMALL = 1e-6
"""A value of eps at which the leading term tells a sign."""


@dataclass(frozen=True)
class Point:
    """Where expressions are expanded: series for symbols and for letters by name.

    ``laws[B](n)`` is the free cumulant kappa_n of a letter B whose law is given by no numbers, for
    ``R_B(z)``, its derivatives and ``kappa_B(n)``.
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
        letters = {name: v.cut(terms) for name, v in self.letters.items()}
        return Point(symbols, letters, self.laws, terms)

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
    """Expressions expanded at one point again and again, while some of its symbols change.

    The series of every part without a changing symbol are kept.

    >>> y, z = Symbol("y"), Symbol("z")
    >>> point = Point({s: Series.of(0, [number(2)], 4) for s in (y, z)}, {}, terms=4)
    >>> at = Readings(point, [z])
    >>> at.change(z, Series.of(0, [number(5)], 4))
    >>> at.evaluate(y * z).coefficient(0).entry(0, 0)
    10
    """

    def __init__(self, point: Point, changing: Iterable[Symbol]) -> None:
        self._point, self._changing = point, frozenset(changing)
        self._known: dict[Basic, Series] = {}
        self._dependence: dict[Basic, frozenset[Symbol]] = {}

    def change(self, symbol: Symbol, value: Series) -> None:
        """A new value for one of the symbols."""
        if symbol in self._point.symbols and self._point.symbols[symbol].same(value):
            return
        self._point = self._point.with_symbols({symbol: value})
        self._known = {e: known for e, known in self._known.items() if symbol not in self._of(e)}

    def evaluate(self, expression: Expr) -> Series:
        """The series of an expression at the present values."""
        return _Reading(self._point, self._known)(expression)

    def _of(self, expression: Basic) -> frozenset[Symbol]:
        """The changing symbols on which an expression depends."""
        if expression not in self._dependence:
            own = self._changing & {expression}
            self._dependence[expression] = own.union(*map(self._of, expression.args))
        return self._dependence[expression]


class _Reading(Traversal[Series]):
    """The series of expressions at a point; ``known`` are those that were already computed."""

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
                f"{expression.name} of the formula is not a deterministic letter of the expression."
            )
        return self.point.letters[expression.name]

    def identity(self, _: Expr) -> Series:
        return self.point.constant(number(1))

    def zero(self, _: Expr) -> Series:
        return Series.of(0, [], self.point.terms)

    def sum(self, expression: Expr) -> Series:
        return reduce(add, map(self, expression.args))

    def product(self, expression: Expr) -> Series:
        """Factors one by one; several roots together where one alone is no series."""
        try:
            return reduce(mul, map(self, expression.args))
        except FormalError:
            roots = [a for a in expression.args if isinstance(a, Pow) and (2 * a.exp).is_odd]
            if len(roots) < 2:
                raise
        others = [self(a) for a in expression.args if a not in roots]
        return reduce(mul, others, self._root_of_product(roots))

    def _root_of_product(self, roots: Sequence[Expr]) -> Series:
        """The product of principal roots: the root of the product, or of minus it times i."""
        radicand = expand(Mul(*(a.base ** (2 * a.exp) for a in roots)))
        try:
            root, unit = self(radicand).sqrt(), number(1)
        except FormalError:
            root, unit = self(-radicand).sqrt(), number(0, 1)
        series = root * self.point.constant(unit)
        symbols = set[Symbol]().union(*(a.atoms(Symbol) for a in roots))
        near = {s: self.point.symbols[s].near_zero(_SMALL) for s in symbols}
        ratio = complex(Mul(*roots).evalf(subs=near)) / series.near_zero(_SMALL)
        if min(abs(ratio - 1), abs(ratio + 1)) > _SMALL**0.5:
            raise FormalError("a product of roots is on no sheet of the root of the product.")
        return series if ratio.real > 0 else -series

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
        kind, _, law = call.func.__name__.partition("_")
        if kind not in ("R", "S", "kappa") or law not in self.point.laws:
            raise ReadError(
                f"the function {call.func} of the formula belongs to no law of the expression."
            )
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
                f"cannot expand `{expression}` in a series; "
                "write the derivative at its own argument."
            )
        call = call.args[0]
    if not isinstance(call, AppliedUndef) or len(call.args) != 1:
        raise ReadError(f"cannot expand `{expression}` in a series; verify has no rule for it.")
    return call, order, call.args[0] if argument is None else argument


def _s_transform(z: Series, cumulant: Callable[[int], Exact], point: Point) -> Series:
    """S with ``S R(z S) = 1``, order by order."""
    transform = point.constant(cumulant(1)).inverse()
    for _ in range(point.terms + 1):
        transform = (z * transform).composed(lambda n: cumulant(n + 1)).inverse()
    return transform


def _analytic(function: Callable[[Expr], Expr], z: Series, whole: Basic) -> Series:
    """A function of one variable by its Taylor series about the leading coefficient.

    That coefficient and those of the Taylor series must be rational.
    """
    if z.low < 0 or (z.coefficients and not z.coefficients[0].is_scalar):
        raise FormalError(f"`{whole}` has a pole where its Taylor series is needed.")
    at, x = z.coefficient(0).entry(0, 0), Symbol("x")

    def taylor(n: int) -> Exact:
        coefficient = function(x).diff(x, n).subs(x, at) / factorial(n)
        if not coefficient.is_Rational:
            raise FormalError(
                f"`{whole}` has the coefficient {coefficient} in its Taylor series, "
                "which is not rational."
            )
        return number(Fraction(int(coefficient.p), int(coefficient.q)))

    return (z - Series.of(0, [z.coefficient(0)], z.terms)).composed(taylor)
