"""What the user writes: dimensions, letters, resolvents and normalised traces, all SymPy objects."""

from __future__ import annotations

from typing import Any

from sympy import (
    Basic,
    Expr,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    MatrixExpr,
    MatrixSymbol,
    S,
    Symbol,
    Trace,
    false,
    true,
)
from sympy.core.symbol import Str
from sympy.core.sympify import SympifyError, _sympify
from sympy.logic.boolalg import BooleanAtom

from planar.foundations.errors import DeclarationError, ReadError, ShapeError

__all__ = [
    "Conjugate",
    "Deterministic",
    "RandomLetter",
    "deterministic",
    "dimension",
    "dims",
    "normalised",
    "resolvent",
    "scalar",
    "tr",
    "unnormalised",
]


def dims(names: str) -> Any:
    """Positive integer symbols for dimensions, from a string of names.

    >>> N, P = dims("N P")
    >>> N.is_positive and N.is_integer
    True
    """
    found = tuple(
        Symbol(name, positive=True, integer=True) for name in names.replace(",", " ").split()
    )
    return found[0] if len(found) == 1 else found


def dimension(value: Any, letter: str) -> Expr:
    """A dimension as SymPy writes it; an error where it is no positive integer and no symbol."""
    size = S(value) if isinstance(value, int | Expr) else None
    if size is None or (size.is_number and not (size.is_Integer and size > 0)):
        raise ShapeError(
            f"{letter} has dimension {value!r}; give a positive integer or a symbol from dims(...)."
        )
    return size


def scalar(value: Any) -> Expr:
    """A number or SymPy scalar as SymPy holds it; text is refused, never parsed."""
    try:
        found = _sympify(value)
    except SympifyError:
        raise ReadError(
            f"{value!r} is no number and no SymPy scalar; text is not evaluated."
        ) from None
    if getattr(found, "is_Matrix", False) or not isinstance(found, Expr):
        raise ShapeError(f"`{value}` is no scalar.")
    return found


def checked_name(name: Any) -> str:
    """A letter's name; an error where it is no string or an empty one."""
    if isinstance(name, Str):
        name = name.name
    if not isinstance(name, str) or not name.strip():
        raise DeclarationError(f"a letter needs a name, for example 'A'; got {name!r}.")
    return name


class LetterSymbol(MatrixSymbol):
    """A named matrix whose every parameter stands in ``args``, since SymPy rebuilds expressions
    from them.
    """

    def __new__(cls, name: Any, rows: Any, cols: Any, *parameters: Any) -> Any:
        name = checked_name(name)
        shape = (dimension(rows, name), dimension(cols, name))
        return Basic.__new__(
            cls, Str(name), *shape, *(p if isinstance(p, Basic) else S(p) for p in parameters)
        )

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def shape(self) -> tuple[Expr, Expr]:
        return self.args[1], self.args[2]

    @property
    def symmetric(self) -> bool:
        """Whether the letter is its own transpose."""
        return False

    @property
    def parameters(self) -> tuple[Any, ...]:
        """What the letter holds beside name and shape."""
        return tuple(self.args[3:])

    def _eval_transpose(self) -> Any:
        return self if self.symmetric else super()._eval_transpose()


class Deterministic(LetterSymbol):
    """A deterministic matrix; see ``deterministic``."""

    @property
    def positive(self) -> bool:
        return bool(self.args[3])

    @property
    def symmetric(self) -> bool:
        return bool(self.args[4])


class RandomLetter(LetterSymbol):
    """A random matrix, free of the deterministic letters and of every other random letter; laws
    subclass it.
    """


def deterministic(
    name: str, rows: Any, cols: Any = None, *, positive: bool = False, symmetric: bool = False
) -> Any:
    """A deterministic ``rows x cols`` matrix (square where ``cols`` is left out).

    ``positive`` (positive semidefinite) implies ``symmetric``; neither is assumed, so that M and
    M.T are different letters by default.

    >>> N = dims("N")
    >>> M = deterministic("M", N)
    >>> M.T == M
    False
    >>> deterministic("A", N, positive=True).T.name
    'A'
    """
    cols = rows if cols is None else cols
    if (positive or symmetric) and S(rows) != S(cols):
        raise ShapeError(
            f"{name} is declared symmetric but has shape {rows} x {cols}; only a square letter can be."
        )
    flags: list[BooleanAtom] = [
        true if flag else false for flag in (positive, positive or symmetric)
    ]
    return Deterministic(name, rows, cols, *flags)


def resolvent(matrix: MatrixExpr, shift: Any) -> MatrixExpr:
    """``(shift + matrix)^-1`` for a square matrix and a scalar.

    >>> N = dims("N")
    >>> resolvent(deterministic("A", N), 2).shape == (N, N)
    True
    """
    if not getattr(matrix, "is_Matrix", False):
        raise ShapeError(
            f"resolvent needs a matrix, got {matrix!r}; a scalar shift is the second argument."
        )
    if matrix.shape[0] != matrix.shape[1]:
        raise ShapeError(
            f"resolvent needs a square matrix; {matrix} is {matrix.shape[0]} x {matrix.shape[1]}."
        )
    if getattr(shift, "is_Matrix", False):
        raise ShapeError(
            f"the shift of a resolvent is a scalar, got the matrix {shift}; add matrices to the first argument."
        )
    return Inverse(scalar(shift) * Identity(matrix.shape[0]) + matrix)


class Conjugate(Expr):
    """The complex conjugate of a scalar, also of one that is declared real: it may be given a
    complex value all the same.

    >>> x = Symbol("x", positive=True)
    >>> Conjugate(x), Conjugate(Conjugate(x)), Conjugate(S(2)), (1 + Conjugate(x)).xreplace({x: 2 * S.ImaginaryUnit})
    (Conjugate(x), x, 2, 1 - 2*I)
    """

    is_commutative = True

    def __new__(cls, scalar: Any) -> Any:
        if isinstance(scalar, Conjugate):
            return scalar.args[0]
        if scalar.is_number:
            return scalar.conjugate()
        return scalar if scalar.is_integer else Basic.__new__(cls, scalar)


class tr(Expr):
    """The normalised trace ``Tr(X) / n`` of a square n x n matrix expression; ``sympy.Trace`` is
    not normalised.

    >>> N = dims("N")
    >>> tr(deterministic("A", N)).doit()
    Trace(A)/N
    """

    is_commutative = True

    def __new__(cls, matrix: Any) -> Any:
        if not getattr(matrix, "is_Matrix", False):
            raise ShapeError(f"tr needs a matrix, got {matrix!r}.")
        if matrix.shape[0] != matrix.shape[1]:
            raise ShapeError(
                f"tr needs a square matrix; {matrix} is {matrix.shape[0]} x {matrix.shape[1]}."
            )
        if isinstance(matrix, ImmutableDenseMatrix):
            raise ShapeError("tr of an explicit matrix of numbers: use its own .trace().")
        return Basic.__new__(cls, matrix)

    def doit(self, **hints: Any) -> Any:
        return Trace(self.args[0]) / self.args[0].shape[0]

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{tr}}\left[{printer._print(self.args[0])}\right]"


def unnormalised(expression: Expr) -> Expr:
    """``Trace(X)/n`` in place of every ``tr(X)``.

    >>> unnormalised(1 + tr(deterministic("A", dims("N"))))
    1 + Trace(A)/N
    """
    if not expression.has(tr):
        return expression
    found: Expr = expression.replace(lambda e: isinstance(e, tr), lambda e: e.doit())
    return found


def normalised(expression: Expr) -> Expr:
    """``Trace(X)/n`` as ``tr(X)`` wherever the size n stands beside the trace."""
    if not expression.args or not expression.has(Trace):
        return expression
    arguments = [normalised(a) for a in expression.args]
    if isinstance(expression, Trace):
        return arguments[0].shape[0] * tr(arguments[0])
    return expression.func(*arguments)
