"""Matrices of Gaussian rationals, and products of polynomials that have them as coefficients.

A 1 x 1 matrix is a scalar: it multiplies everything, and next to a square matrix it is read as that
multiple of the identity, so that identities need no size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import product
from operator import add

from flint import fmpq, fmpq_mat
from sympy import Expr, I
from sympy import Rational as Number

from planar.foundations.errors import PlanarError

__all__ = ["Exact", "FormalError", "convolved", "number"]


class FormalError(PlanarError):
    """A step that formal series do not allow.

    Such as the inverse of a singular leading coefficient, or a root that is not rational.
    """


class Exact:
    """A matrix ``re + i im`` of Gaussian rationals; ``im`` is None for a real one.

    >>> a = Exact(fmpq_mat(2, 2, [1, 2, 3, 4]))
    >>> (a * a.inverse() - number(1)).is_zero, a.normalised_trace().entry(0, 0)
    (True, 5/2)
    """

    __slots__ = ("im", "re")

    def __init__(self, re: fmpq_mat, im: fmpq_mat | None = None) -> None:
        self.re, self.im = re, im if im is not None and any(im.entries()) else None

    @property
    def size(self) -> int:
        """Number of rows."""
        return self.re.nrows()

    @property
    def is_scalar(self) -> bool:
        return self.re.nrows() == 1 == self.re.ncols()

    @property
    def is_zero(self) -> bool:
        return self.im is None and not any(self.re.entries())

    def _beside(self, other: Exact) -> Exact:
        """A scalar as a multiple of the identity of the other's size."""
        if not self.is_scalar or other.is_scalar:
            return self
        return Exact(
            _multiple(self.re[0, 0], other.size),
            None if self.im is None else _multiple(self.im[0, 0], other.size),
        )

    def __add__(self, other: Exact) -> Exact:
        a, b = self, other
        if a.size != b.size:
            a, b = self._beside(other), other._beside(self)
        if a.im is None or b.im is None:
            return Exact(a.re + b.re, a.im if b.im is None else b.im)
        return Exact(a.re + b.re, a.im + b.im)

    def __neg__(self) -> Exact:
        return Exact(-self.re, None if self.im is None else -self.im)

    def __sub__(self, other: Exact) -> Exact:
        return self + (-other)

    def __mul__(self, other: Exact) -> Exact:
        re = _product(self.re, other.re)
        if self.im is None and other.im is None:
            return Exact(re)
        zero = fmpq_mat(re.nrows(), re.ncols())
        x = zero if other.im is None else _product(self.re, other.im)
        y = zero if self.im is None else _product(self.im, other.re)
        return Exact(
            re if self.im is None or other.im is None else re - _product(self.im, other.im), x + y
        )

    def inverse(self) -> Exact:
        """The inverse; FormalError where there is none."""
        try:
            if self.im is None:
                return Exact(self.re.inv())
            return _complex_inverse(self.re, self.im)
        except ZeroDivisionError:
            raise FormalError("the leading coefficient of an inverse is singular.") from None

    def transpose(self) -> Exact:
        return Exact(self.re.transpose(), None if self.im is None else self.im.transpose())

    def conjugate(self) -> Exact:
        return Exact(self.re, None if self.im is None else -self.im)

    def normalised_trace(self) -> Exact:
        """The trace over the number of rows; of a scalar, the scalar."""
        return Exact(
            _normalised_trace(self.re), None if self.im is None else _normalised_trace(self.im)
        )

    @property
    def bits(self) -> int:
        """The length of the longest numerator or denominator."""
        entries = [*self.re.entries(), *(() if self.im is None else self.im.entries())]
        return max((max(x.p.bit_length(), x.q.bit_length()) for x in entries), default=0)

    def entry(self, i: int, j: int) -> Expr:
        """An entry as a SymPy number; of a scalar, that of its multiple of the identity."""
        if self.is_scalar:
            return self._entry(0, 0) if i == j else Number(0)
        return self._entry(i, j)

    def _entry(self, i: int, j: int) -> Expr:
        real = _as_sympy(self.re[i, j])
        return real if self.im is None else real + _as_sympy(self.im[i, j]) * I


def _as_sympy(value: fmpq) -> Number:
    return Number(int(value.p), int(value.q))


def _normalised_trace(matrix: fmpq_mat) -> fmpq_mat:
    size = matrix.nrows()
    return fmpq_mat(1, 1, [sum((matrix[i, i] for i in range(size)), fmpq(0)) / size])


def _complex_inverse(re: fmpq_mat, im: fmpq_mat) -> Exact:
    """The inverse of ``re + i im`` through that of the real ``[[re, -im], [im, re]]``."""
    size = re.nrows()
    real, imaginary, opposite = re.tolist(), im.tolist(), (-im).tolist()
    rows = [[*real[i], *opposite[i]] for i in range(size)]
    rows += [[*imaginary[i], *real[i]] for i in range(size)]
    inverse = fmpq_mat(rows).inv().tolist()
    return Exact(
        fmpq_mat([row[:size] for row in inverse[:size]]),
        fmpq_mat([row[:size] for row in inverse[size:]]),
    )


def _product(a: fmpq_mat, b: fmpq_mat) -> fmpq_mat:
    if a.nrows() == 1 == a.ncols():
        return b * a[0, 0]
    return a * b[0, 0] if b.nrows() == 1 == b.ncols() else a * b


def number(value: int | Fraction, imaginary: int | Fraction = 0) -> Exact:
    """The scalar ``value + i imaginary``."""
    return Exact(_one_by_one(value), _one_by_one(imaginary))


def _one_by_one(value: int | Fraction) -> fmpq_mat:
    return fmpq_mat(1, 1, [fmpq(value.numerator, value.denominator)])


def convolved(a: Sequence[Exact], b: Sequence[Exact], count: int) -> list[Exact]:
    """The first ``count`` coefficients of a product of polynomials that are given by theirs.

    >>> x = [number(1), Exact(fmpq_mat(2, 2, [0, 1, 1, 0]))]
    >>> [c.entry(0, 0) for c in convolved(x, x, 3)]
    [1, 0, 1]
    """
    if all(c.im is None for c in a) and all(c.im is None for c in b):
        left, right = [_plain(c) for c in a], [_plain(c) for c in b]
        return [_exact(coefficient) for coefficient in _sums(left, right, count)]
    total: list[Exact] = []
    for k in range(count):
        first = max(0, k - len(b) + 1)
        parts = [a[i] * b[k - i] for i in range(first, min(k + 1, len(a)))]
        total.append(reduce(add, parts) if parts else number(0))
    return total


def _plain(value: Exact) -> fmpq | fmpq_mat:
    return value.re[0, 0] if value.is_scalar else value.re


def _exact(value: fmpq | fmpq_mat) -> Exact:
    return Exact(value if isinstance(value, fmpq_mat) else fmpq_mat(1, 1, [value]))


def _sums(
    a: Sequence[fmpq | fmpq_mat], b: Sequence[fmpq | fmpq_mat], count: int
) -> Iterator[fmpq | fmpq_mat]:
    """Numbers and matrices summed apart, for flint multiplies these but does not add them."""
    for k in range(count):
        scalar, matrix = fmpq(), None
        for i in range(max(0, k - len(b) + 1), min(k + 1, len(a))):
            part = a[i] * b[k - i]
            if isinstance(part, fmpq):
                scalar += part
            else:
                matrix = part if matrix is None else matrix + part
        if matrix is None:
            yield scalar
        elif matrix.nrows() == 1 == matrix.ncols() or not scalar:
            yield matrix if not scalar else matrix + fmpq_mat(1, 1, [scalar])
        else:
            yield matrix + _multiple(scalar, matrix.nrows())


def _multiple(value: fmpq, size: int) -> fmpq_mat:
    """Of the identity."""
    places = product(range(size), repeat=2)
    return fmpq_mat(size, size, [value if i == j else 0 for i, j in places])
