"""What the user gives to a letter, a resolvent or a trace, checked: sizes, scalars, matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, MatrixBase, S
from sympy.core.symbol import Str
from sympy.core.sympify import SympifyError, _sympify

from planar.foundations.errors import DeclarationError, ReadError, ShapeError

__all__ = [
    "beside",
    "checked_name",
    "dimension",
    "explicit",
    "finite_scalar",
    "refuse_shapeless",
    "scalar",
    "square",
]


def dimension(value: Any, letter: str) -> Expr:
    """A dimension as SymPy writes it; an error unless it is a positive integer or an expression."""
    size = S(value) if isinstance(value, int | Expr) else None
    if size is None or (size.is_number and not (size.is_Integer and size > 0)):
        raise ShapeError(
            f"{letter} has dimension {value!r}; give a positive integer or a symbol from dims(...)."
        )
    return size


def scalar(value: Any) -> Expr:
    """A number or SymPy scalar as SymPy holds it; text is refused, never parsed."""
    try:
        expression = _sympify(value)
    except SympifyError:
        raise ReadError(
            f"{value!r} is not a number or a SymPy scalar (text is not evaluated); "
            "give a number, or an expression made with sympy.symbols."
        ) from None
    if getattr(expression, "is_Matrix", False) or not isinstance(expression, Expr):
        raise ShapeError(f"`{value}` is not a scalar; take its trace with planar.tr(...).")
    return expression


def finite_scalar(value: Any) -> Expr:
    """The same where nothing in it is infinite or NaN."""
    expression = scalar(value)
    if expression.has(S.NaN, S.Infinity, S.NegativeInfinity, S.ComplexInfinity):
        raise ReadError(f"the scalar {value} is not finite; give a number or a symbol.")
    return expression


def checked_name(name: Any) -> str:
    """A letter's name; an error unless it is a string with something in it."""
    if isinstance(name, Str):
        name = name.name
    if not isinstance(name, str) or not name.strip():
        raise DeclarationError(f"a letter needs a name, for example 'A'; got {name!r}.")
    return name


def square(matrix: Any, reader: str, otherwise: str) -> Expr:
    """The number of rows of a square matrix expression; an error for anything else.

    ``reader`` is what needs the matrix, ``otherwise`` a hint for one who gave a scalar.
    """
    if isinstance(matrix, MatrixBase):
        raise explicit(matrix)
    shape = getattr(matrix, "shape", None) if getattr(matrix, "is_Matrix", False) else None
    if shape is None:
        raise ShapeError(f"{reader} needs a matrix, got {matrix!r}; {otherwise}.")
    rows, cols = shape
    if rows != cols:
        raise ShapeError(f"{reader} needs a square matrix; {matrix} is {rows} x {cols}.")
    return rows


def refuse_shapeless(value: Any) -> None:
    """Every matrix has a shape, unlike SymPy's adjoint or diagonal matrix of a scalar."""
    if getattr(value, "is_Matrix", False) and not hasattr(value, "shape"):
        inside = ", ".join(f"`{a}`" for a in value.args)
        raise ShapeError(
            f"cannot read {type(value).__name__} of {inside}, which is not a matrix; leave it "
            "out, or write sympy.conjugate of a scalar."
        )


def beside(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operation of a letter, which refuses what has no shape in planar's words."""

    def refusing(letter: Any, other: Any) -> Any:
        refuse_shapeless(other)
        return operation(letter, other)

    return refusing


def explicit(matrix: Any) -> ReadError:
    """What is wrong with a matrix of numbers inside of an expression."""
    rows, cols = matrix.shape
    return ReadError(
        f"cannot read the explicit {rows} x {cols} matrix {matrix.tolist()} inside of an "
        f'expression; declare a letter, for example deterministic("M", {rows}, {cols}), and give '
        "the numbers as its value."
    )
