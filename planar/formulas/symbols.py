"""What the user writes, all SymPy objects: dimensions, letters, resolvents, normalised traces."""

from __future__ import annotations

from typing import Any

from sympy import (
    Basic,
    Expr,
    Identity,
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
from sympy.logic.boolalg import BooleanAtom

from planar.formulas.arguments import (
    beside,
    checked_name,
    dimension,
    finite_scalar,
    scalar,
    square,
)
from planar.foundations.errors import ShapeError

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

    Parameters
    ----------
    names : str
        Names separated by blanks or commas, such as ``"N P"``.

    Returns
    -------
    Symbol or tuple of Symbol
        One symbol for one name, else a tuple in the order of the names.

    Examples
    --------
    >>> N, P = dims("N P")
    >>> N.is_positive and N.is_integer
    True
    """
    separate = names.replace(",", " ").split()
    symbols = tuple(Symbol(name, positive=True, integer=True) for name in separate)
    return symbols[0] if len(symbols) == 1 else symbols


class LetterSymbol(MatrixSymbol):
    """A named matrix with all its parameters in ``args``, from which SymPy rebuilds expressions.

    It stands before SymPy's own matrices in operations, whose other side it looks at.
    """

    _op_priority = MatrixExpr._op_priority + 0.5

    def __new__(cls, name: str | Str, rows: Any, cols: Any, *parameters: Any) -> Any:
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
        """The arguments after name and shape."""
        return tuple(self.args[3:])

    def _eval_transpose(self) -> Any:
        return self if self.symmetric else super()._eval_transpose()

    __add__, __radd__ = beside(MatrixExpr.__add__), beside(MatrixExpr.__radd__)
    __sub__, __rsub__ = beside(MatrixExpr.__sub__), beside(MatrixExpr.__rsub__)
    __mul__, __rmul__ = beside(MatrixExpr.__mul__), beside(MatrixExpr.__rmul__)
    __matmul__, __rmatmul__ = beside(MatrixExpr.__matmul__), beside(MatrixExpr.__rmatmul__)


class Deterministic(LetterSymbol):
    """A deterministic matrix; see ``deterministic``."""

    @property
    def positive(self) -> bool:
        return bool(self.args[3])

    @property
    def symmetric(self) -> bool:
        return bool(self.args[4])


class RandomLetter(LetterSymbol):
    """A random matrix, free of all deterministic and all other random letters; laws subclass it."""


def deterministic(
    name: str,
    rows: int | Expr,
    cols: int | Expr | None = None,
    *,
    positive: bool = False,
    symmetric: bool = False,
) -> Any:
    """A deterministic matrix symbol (letter); nothing is assumed about it unless declared.

    Parameters
    ----------
    name : str
        Its name; an expression may not hold two different letters of one name.
    rows, cols : int or Expr
        Its shape, integers or symbols from `dims`; square where ``cols`` is left out, a vector
        where ``cols`` is 1.
    positive : bool
        Whether it is symmetric and positive semidefinite (default: no).
    symmetric : bool
        Whether it equals its transpose (default: no, so that M and M.T are different letters).

    Returns
    -------
    MatrixSymbol
        The letter, of type ``Deterministic``.

    Raises
    ------
    ShapeError
        Where a dimension is not a positive integer or symbol, or a symmetric letter is not square.
    DeclarationError
        Where the name is empty or not a string.

    Examples
    --------
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
            f"{name} is declared symmetric but has shape {rows} x {cols}; "
            "only a square letter can be symmetric."
        )
    flags: list[BooleanAtom] = [
        true if flag else false for flag in (positive, positive or symmetric)
    ]
    return Deterministic(name, rows, cols, *flags)


def resolvent(matrix: MatrixExpr, shift: Any) -> MatrixExpr:
    """The resolvent ``(shift + matrix)^-1``.

    Parameters
    ----------
    matrix : MatrixExpr
        A square matrix expression.
    shift : Expr or number
        A scalar, added as a multiple of the identity.

    Returns
    -------
    MatrixExpr
        The inverse, of the shape of the matrix.

    Raises
    ------
    ShapeError
        Where the first argument is not a square matrix, or the second is not a scalar.

    Examples
    --------
    >>> N = dims("N")
    >>> resolvent(deterministic("A", N), 2).shape == (N, N)
    True
    """
    rows = square(matrix, "resolvent", "a scalar shift is the second argument")
    if getattr(shift, "is_Matrix", False):
        raise ShapeError(
            f"the shift of a resolvent is a scalar, got the matrix {shift}; "
            "add matrices to the first argument."
        )
    return Inverse(finite_scalar(shift) * Identity(rows) + matrix)


class Conjugate(Expr):
    """The complex conjugate of a scalar, also of one declared real, which may have a complex value.

    >>> x = Symbol("x", positive=True)
    >>> Conjugate(x), Conjugate(Conjugate(x)), Conjugate(S(2))
    (Conjugate(x), x, 2)
    >>> (1 + Conjugate(x)).xreplace({x: 2 * S.ImaginaryUnit})
    1 - 2*I
    """

    is_commutative = True

    def __new__(cls, scalar: Any) -> Any:
        if isinstance(scalar, Conjugate):
            return scalar.args[0]
        if scalar.is_number:
            return scalar.conjugate()
        return scalar if scalar.is_integer else Basic.__new__(cls, scalar)


class tr(Expr):
    """The normalised trace ``Tr(X) / n`` of an n x n matrix; ``sympy.Trace`` is not normalised.

    A form ``u.T*X*v`` is 1 x 1 and its own trace: ``tr(u.T*X*v) + tr(Y)`` is a sum of numbers,
    where SymPy refuses to add ``tr(Y)`` to the matrix.

    Parameters
    ----------
    matrix : MatrixExpr
        A square matrix expression.

    Raises
    ------
    ShapeError
        Where the argument is not a square matrix expression.

    Examples
    --------
    >>> N = dims("N")
    >>> tr(deterministic("A", N)).doit()
    Trace(A)/N
    """

    is_commutative = True

    def __new__(cls, matrix: MatrixExpr) -> Any:
        square(matrix, "tr", "a scalar is its own trace")
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
    plain: Expr = expression.replace(lambda e: isinstance(e, tr), lambda e: e.doit())
    return plain


def normalised(expression: Expr) -> Expr:
    """``Trace(X)/n`` as ``tr(X)`` wherever the size n stands beside the trace."""
    if not expression.args or not expression.has(Trace):
        return expression
    arguments = [normalised(a) for a in expression.args]
    if isinstance(expression, Trace):
        return arguments[0].shape[0] * tr(arguments[0])
    return expression.func(*arguments)
