"""The definitions of an equivalent as polynomial equations over the integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, NoReturn

import numpy as np
from flint import fmpz_mpoly
from sympy import Expr, Identity, MatrixSymbol, S, Symbol, Trace

from planar.applications.spectral.roots import rooted
from planar.derivation.definitions import Definition, Dependence
from planar.derivation.equivalent import Equivalent
from planar.expression.spectrum import Spectrum
from planar.formulas.naming import unused
from planar.formulas.symbols import normalised, tr
from planar.formulas.traversal import MatrixTraversal, Traversal
from planar.foundations.errors import SpectralError
from planar.foundations.rational import IMAGINARY, Field, Imaginary, Rational

__all__ = ["System", "polynomial_system"]

_MOST = 20


@dataclass(frozen=True)
class System:
    """Equations in ``unknowns``, the ``trace`` m of the resolvent, lambda and the parameters."""

    field: Field
    equations: tuple[fmpz_mpoly, ...]
    trace: Symbol
    unknowns: tuple[Symbol | Imaginary, ...]
    parameters: tuple[Symbol, ...]

    def generator(self, key: Symbol | Imaginary) -> int:
        """The index of a generator."""
        index = self.field.index(key)
        assert index is not None
        return index


def polynomial_system(
    equivalent: Equivalent, values: Mapping[Any, Any], spectral: Symbol
) -> System:
    """All definitions, cleared of denominators, at ``values``.

    Symbols without a value are kept as parameters. Raises ``SpectralError`` where a definition is
    not algebraic.
    """
    plain = rooted(equivalent)
    reader = _Reader(plain, values)
    definitions = [d for d in plain.definitions if not reader.constant(d)]
    unknowns = _feedback(definitions)
    for d in Dependence(d for d in definitions if d.symbol not in unknowns).ordered():
        reader.known[d.symbol] = reader.scalar(d.expr)
    trace = Symbol(unused(("m",), {*equivalent.problem.names, *(s.name for s in plain.symbols)}))
    rows = [
        reader.scalar(d.expr) - reader.symbol(d.symbol) for d in definitions if d.symbol in unknowns
    ]
    rows.append(reader.scalar(plain.rhs) - reader.symbol(trace))
    field, keys = reader.field, list[Symbol | Imaginary](unknowns)
    if field.index(IMAGINARY) is not None:
        unit = field.gen(IMAGINARY)
        rows.append(Rational(field, unit.num * unit.num + 1, unit.den))
        keys.append(IMAGINARY)
    equations = tuple(field.lift(row.num) for row in rows)
    occurring = set[int]().union(*map(_occurring, equations))
    parameters = [
        key
        for key in field.gens()
        if key not in (*keys, trace, spectral) and field.index(key) in occurring
    ]
    return System(field, equations, trace, tuple(keys), tuple(sorted(parameters, key=str)))


def _occurring(polynomial: fmpz_mpoly) -> set[int]:
    """The generators that occur in a polynomial, by their index."""
    return {i for i, degree in enumerate(polynomial.degrees()) if degree}


def _feedback(definitions: list[Definition]) -> tuple[Symbol, ...]:
    """Symbols without which no definition leads back to itself.

    They are the unknowns that remain once the others are put in.
    """
    return Dependence(definitions).feedback(
        lambda inside, s: -inside.in_degree(s) * inside.out_degree(s)
    )


class _Reader(Traversal[Rational]):
    """SymPy expressions as rational functions; traces of letters as finite sums over a spectrum."""

    def __init__(self, equivalent: Equivalent, values: Mapping[Any, Any]) -> None:
        self.field = Field()
        self.known: dict[Symbol, Rational] = {}
        self.letters = {x.name: _eigenvalues(x, values.get(x)) for x in equivalent.letters}
        weights = [
            values[x].measure for x in equivalent.letters if isinstance(values.get(x), Spectrum)
        ]
        exact = [_exact(w) for w in weights[0]] if weights else []
        self.weights = [w / sum(exact) for w in exact]
        if len(self.weights) > _MOST:
            raise SpectralError(
                f"a curve has one sheet more than eigenvalues, here {len(self.weights)}; "
                f"give at most {_MOST} of them with weights, or ask for density(grid) instead."
            )
        for key, value in values.items():
            if isinstance(key, Symbol):
                self.known[key] = self.field.constant(_exact(value))

    def constant(self, definition: Definition) -> bool:
        """Whether a definition names a ratio of dimensions, whose value is then put in for it."""
        expr = definition.expr
        if (
            definition.implicit
            or expr.has(tr, Trace)
            or any(s.is_integer is not True for s in expr.free_symbols)
        ):
            return False
        if all(s in self.known for s in expr.free_symbols):
            self.known[definition.symbol] = self.scalar(expr)
        return True

    def scalar(self, expression: Expr) -> Rational:
        """A scalar expression."""
        return self(normalised(expression))

    def symbol(self, expression: Symbol) -> Rational:
        """A symbol's value, or its generator."""
        return self.known[expression] if expression in self.known else self.field.gen(expression)

    def sum(self, expression: Expr) -> Rational:
        return sum(map(self, expression.args), self.field.zero)

    def product(self, expression: Expr) -> Rational:
        return prod(map(self, expression.args), start=self.field.one)

    def power(self, expression: Expr) -> Rational:
        if not expression.exp.is_Integer:
            self.unread(expression)
        return self(expression.base) ** int(expression.exp)

    def normalised_trace(self, expression: Expr) -> Rational:
        return self._trace(expression.args[0])

    def trace(self, expression: Trace) -> Rational:
        return self(expression.args[0].shape[0]) * self._trace(expression.args[0])

    def imaginary(self, _: Expr) -> Rational:
        return self.field.gen(IMAGINARY)

    def number(self, expression: Expr) -> Rational:
        if not expression.is_Number:
            self.unread(expression)
        return self.field.constant(_exact(expression))

    def unread(self, expression: Expr) -> NoReturn:
        raise SpectralError(
            f"`{expression}` is not algebraic, so the density has no algebraic curve; "
            "ask for density(grid) instead."
        )

    def _trace(self, matrix: Expr) -> Rational:
        if isinstance(matrix, Identity):
            return self.field.one
        missing = [
            x.name
            for x in sorted(matrix.atoms(MatrixSymbol), key=str)
            if not self.letters.get(x.name)
        ]
        if missing:
            raise SpectralError(
                f"a curve needs {missing[0]} as a finite spectrum, for example "
                f"{missing[0]}: planar.spectrum([1, 4], weights=[1, 1])."
            )
        terms = (
            self.field.constant(w) * _Entries(self, i)(matrix) for i, w in enumerate(self.weights)
        )
        return sum(terms, self.field.zero)


class _Entries(MatrixTraversal[Rational]):
    """The diagonal entry at one place, every letter being diagonal."""

    def __init__(self, reader: _Reader, place: int) -> None:
        self.reader, self.place = reader, place

    def letter(self, expression: MatrixSymbol) -> Rational:
        return self.reader.field.constant(self.reader.letters[expression.name][self.place])

    def identity(self, _: Expr) -> Rational:
        return self.reader.field.one

    def sum(self, expression: Expr) -> Rational:
        return sum(map(self, expression.args), self.reader.field.zero)

    def product(self, expression: Expr) -> Rational:
        return prod(
            (self(a) if a.is_Matrix else self.reader(a) for a in expression.args),
            start=self.reader.field.one,
        )

    def inverse(self, expression: Expr) -> Rational:
        return 1 / self(expression.args[0])

    def power(self, expression: Expr) -> Rational:
        return self(expression.args[0]) ** int(expression.args[1])

    def transpose(self, expression: Expr) -> Rational:
        return self(expression.args[0])

    adjoint = transpose

    def unread(self, expression: Expr) -> NoReturn:
        raise SpectralError(
            f"`{expression}` cannot be read off a spectrum; ask for density(grid) instead."
        )


def _eigenvalues(letter: MatrixSymbol, value: Any) -> list[Fraction]:
    """Eigenvalues, or the diagonal of a letter in the eigenbasis of another.

    There are none where the value is not a finite spectrum.
    """
    if isinstance(value, Spectrum):
        return [_exact(x) for x in value.eigenvalues]
    array = np.asarray(value if value is not None else ())
    return [_exact(x) for x in array] if array.ndim == 1 and array.dtype.kind in "iuf" else []


def _exact(value: Any) -> Fraction:
    """A rational number; of a float, the simplest fraction that rounds to it."""
    number = S(value)
    if number.is_Rational:
        return Fraction(int(number.p), int(number.q))
    if not number.is_Float:
        raise SpectralError(
            f"a curve has rational coefficients; {value} is not rational, "
            "so give a fraction near to it."
        )
    return _simplest(float(number))


def _simplest(number: float) -> Fraction:
    for power in range(1, 17):
        fraction = Fraction(number).limit_denominator(10**power)
        if float(fraction) == number:
            return fraction
    return Fraction(number)
