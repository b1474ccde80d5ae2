"""Formulas at power laws: letters are powers of the mode k, scalars and dimensions powers of n."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from itertools import chain, product
from typing import Any, NoReturn

from sympy import Basic, Expr, MatAdd, MatMul, MatrixSymbol, Symbol, Trace

from planar.applications.asymptotics.exponents import Exponents
from planar.applications.asymptotics.modes import Factor, ModeTerm
from planar.applications.asymptotics.power_laws import PowerLaw
from planar.formulas.traversal import MatrixTraversal, Traversal
from planar.foundations.errors import PlanarError

__all__ = ["Reader"]

Modes = tuple[ModeTerm, ...]


class Reader:
    """Evaluates scalars in a ring of series or of monomials.

    ``letters`` are power laws in k, ``sums`` gives the sums over the modes of a dimension,
    ``symbol`` the value of a scalar.
    """

    def __init__(
        self,
        ring: Any,
        exponents: Exponents,
        sums: Callable[[Expr], Any],
        letters: Mapping[str, PowerLaw],
        symbol: Callable[[Symbol], Any],
    ) -> None:
        self.ring, self.exponents = ring, exponents
        self.sums, self.letters, self.symbol = sums, letters, symbol
        self.known: dict[Expr, Any] = {}
        self._scalars, self.modes = _Scalars(self), _ModesOf(self)

    def scalar(self, expression: Expr) -> Any:
        """The series of a scalar expression; raises ``PlanarError`` where it has no powers."""
        if expression not in self.known:
            self.known[expression] = self._scalars(expression)
        return self.known[expression]

    def product(self, factors: Iterable[Any]) -> Any:
        whole = self.ring.monomial(1.0, self.exponents.zero)
        for factor in factors:
            whole = self.ring.mul(whole, factor)
        return whole

    def trace(self, matrix: Expr) -> Any:
        if isinstance(matrix, MatAdd):
            return self.ring.add(*map(self.trace, matrix.args))
        scalars, factors = _factors(matrix)
        columns = [i for i, f in enumerate(factors) if _is_column(f)]
        if columns:
            turned = [*factors[columns[0] + 1 :], *factors[: columns[0] + 1]]
            return self.ring.mul(self.product(map(self.scalar, scalars)), self._between(turned))
        return self.ring.mul(self.product(map(self.scalar, scalars)), self._summed(factors))

    def form(self, matrix: Expr) -> Any:
        """A number u.T X v."""
        if isinstance(matrix, MatAdd):
            return self.ring.add(*map(self.form, matrix.args))
        scalars, factors = _factors(matrix)
        return self.ring.mul(self.product(map(self.scalar, scalars)), self._between(factors))

    def _between(self, factors: list[Expr]) -> Any:
        """A product that begins with a row and ends with a column.

        It has one sum over modes for every such stretch.
        """
        sums, stretch = list[Any](), list[Expr]()
        for f in factors:
            stretch.append(f)
            if _is_column(f):
                sums.append(self._summed(stretch))
                stretch = []
        if stretch:
            raise PlanarError(f"`{MatMul(*factors)}` is not a number; take its trace.")
        return self.product(sums)

    def _summed(self, factors: list[Expr]) -> Any:
        term = self.one()
        for f in factors:
            term = self.times(term, self.modes(f))
        size = next(f.shape[0] for f in factors if f.shape[0] != 1)
        return self.ring.add(*map(self.sums(size).total, term))

    def one(self) -> Modes:
        return (ModeTerm(self.ring.monomial(1.0, self.exponents.zero), self.exponents.zero),)

    def mode(self, letter: MatrixSymbol) -> ModeTerm:
        law = self.letters.get(letter.name)
        if law is None:
            raise PlanarError(
                f"{letter.name} has no power law; give {{{letter.name}: k**exponent}}, k the mode."
            )
        return ModeTerm(self.ring.monomial(law.coefficient, self.exponents.zero), -law.exponent)

    def weighted(self, term: ModeTerm, scalar: Any) -> ModeTerm:
        return ModeTerm(self.ring.mul(term.coefficient, scalar), term.decay, term.factors)

    def times(self, left: Modes, right: Modes) -> Modes:
        return tuple(self._joined(a, b) for a, b in product(left, right))

    def _joined(self, a: ModeTerm, b: ModeTerm) -> ModeTerm:
        factors = {f.key: f for f in a.factors}
        for f in b.factors:
            power = factors[f.key].power if f.key in factors else 0
            factors[f.key] = Factor(f.key, f.kappa, f.alpha, f.power + power)
        return ModeTerm(
            self.ring.mul(a.coefficient, b.coefficient), a.decay + b.decay, tuple(factors.values())
        )

    def inverted(self, matrix: Expr, power: int) -> ModeTerm:
        """``(c k^-a + d k^-b)^-m`` as ``d^-m k^(m a) (c/d + k^-(b - a))^-m``."""
        terms = self.modes(matrix)
        if any(t.factors for t in terms) or len(terms) > 2:
            raise PlanarError(
                f"`{matrix}` is inverted, which is not a sum of two powers of the modes; "
                "only such a sum has an inverse of this kind."
            )
        first, last = (sorted(terms, key=lambda t: t.decay.value) * 2)[:2]
        m, ring = self.exponents.number(power), self.ring
        outer = ring.power(last.coefficient, -m)
        if first.decay.value == last.decay.value:
            if len(terms) > 1:
                outer = ring.power(ring.add(*(t.coefficient for t in terms)), -m)
            return ModeTerm(outer, -(first.decay * m))
        kappa = ring.mul(first.coefficient, ring.inverse(last.coefficient))
        factor = Factor(matrix, kappa, last.decay - first.decay, power)
        return ModeTerm(outer, -(first.decay * m), (factor,))


def _is_column(factor: Expr) -> bool:
    return isinstance(factor, MatrixSymbol) and factor.shape[1] == 1


def _factors(matrix: Expr) -> tuple[list[Expr], list[Expr]]:
    """Scalars and matrices of a product."""
    arguments = matrix.args if isinstance(matrix, MatMul) else (matrix,)
    scalars = [a for a in arguments if not a.is_Matrix or _is_form(a)]
    return scalars, [a for a in arguments if a not in scalars]


def _is_form(factor: Expr) -> bool:
    """Whether a matrix is a number u.T X v."""
    return factor.shape == (1, 1) and not isinstance(factor, MatrixSymbol)


class _Refusing:
    """The last rule of both readers below: an expression without a power law is refused by name."""

    def unread(self, expression: Expr) -> NoReturn:
        raise PlanarError(
            f"no power law for `{expression}`: {type(expression).__name__} is not read."
        )


class _Scalars(_Refusing, Traversal[Any]):
    """Scalars in the ring of a reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.ring = reader, reader.ring

    def __call__(self, expression: Basic) -> Any:
        if expression.is_number:
            if expression == 0:
                return self.ring.add()
            return self.ring.monomial(complex(expression), self.reader.exponents.zero)
        if not getattr(expression, "is_Matrix", False):
            return super().__call__(expression)
        if expression.shape != (1, 1):
            self.unread(expression)
        return self.reader.form(expression)

    def symbol(self, expression: Symbol) -> Any:
        return self.reader.symbol(expression)

    def sum(self, expression: Expr) -> Any:
        return self.ring.add(*map(self.reader.scalar, expression.args))

    def product(self, expression: Expr) -> Any:
        return self.reader.product(map(self.reader.scalar, expression.args))

    def power(self, expression: Expr) -> Any:
        if not expression.exp.is_Rational:
            self.unread(expression)
        return self.ring.power(
            self.reader.scalar(expression.base), self.reader.exponents.read(expression.exp)
        )

    def trace(self, expression: Trace) -> Any:
        return self.reader.trace(expression.args[0])


class _ModesOf(_Refusing, MatrixTraversal[Modes]):
    """The diagonal of a matrix, as a function of the mode."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def identity(self, _: Expr) -> Modes:
        return self.reader.one()

    def letter(self, expression: MatrixSymbol) -> Modes:
        return (self.reader.mode(expression),)

    def transpose(self, expression: Expr) -> Modes:
        return self(expression.args[0])

    def sum(self, expression: Expr) -> Modes:
        return tuple(chain.from_iterable(map(self, expression.args)))

    def product(self, expression: Expr) -> Modes:
        reader, (scalars, factors) = self.reader, _factors(expression)
        weight = reader.product(map(reader.scalar, scalars))
        return reduce(
            reader.times,
            map(self, factors),
            tuple(reader.weighted(t, weight) for t in reader.one()),
        )

    def inverse(self, expression: Expr) -> Modes:
        return (self.reader.inverted(expression.args[0], 1),)

    def power(self, expression: Expr) -> Modes:
        base, power = expression.args
        if not power.is_Integer:
            self.unread(expression)
        if power < 0:
            return (self.reader.inverted(base, -int(power)),)
        return reduce(self.reader.times, [self(base)] * int(power), self.reader.one())
