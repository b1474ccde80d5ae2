"""Text from the command line into SymPy objects, by a whitelist over Python's syntax tree; nothing is evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sympy import Expr, I, Identity, Integer, Inverse, MatrixExpr, Rational, Symbol

from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.ensembles.haar_orthogonal import HaarOrthogonal
from planar.ensembles.projection import RandomProjection
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.errors import DeclarationError, ReadError, ShapeError
from planar.expression.symbols import deterministic, dims, resolvent, tr

__all__ = ["read_declaration", "read_expression"]

_LETTERS: dict[str, Callable[..., Any]] = {
    "deterministic": deterministic,
    "Wishart": Wishart,
    "Ginibre": Ginibre,
    "GOE": GOE,
    "HaarOrthogonal": HaarOrthogonal,
    "RandomProjection": RandomProjection,
    "RotationInvariant": RotationInvariant,
    "BiInvariant": BiInvariant,
}

_SCALARS = ("variance", "cumulants", "spectrum")
"""Keywords whose values are scalars, so that a lower-case name in them is one; other names are dimensions."""


def read_declaration(text: str) -> tuple[str, Any]:
    """A line such as ``W = Wishart(N, P)`` as a pair of name and letter.

    >>> read_declaration("A = deterministic(N, positive=True)")[1].positive
    True
    >>> read_declaration("X = Ginibre(P, N, variance=2/N)")[1].variance
    2/N
    >>> read_declaration("X = BiInvariant(P, N, cumulants=[1, -c**2/4])")[1].cumulants
    (1, -c**2/4)
    """
    tree = _parsed(text, "exec")
    match tree.body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=kind), args=args, keywords=keywords))]:
            if kind not in _LETTERS:
                raise DeclarationError(f"cannot declare `{text}`: {kind} is none of {', '.join(_LETTERS)}.")
            values = [_argument(a, text) for a in args]
            options = {k.arg: _option(k.arg, k.value, text) for k in keywords if k.arg is not None}
            try:
                return name, _LETTERS[kind](name, *values, **options)
            except TypeError as error:
                raise DeclarationError(f"cannot declare `{text}`: {error}; write for example W = Wishart(N, P).") from None
        case _:
            raise ReadError(f"cannot read the declaration `{text}`; write for example W = Wishart(N, P).")


def _option(keyword: str, node: ast.expr, text: str) -> Any:
    if keyword in _SCALARS and isinstance(node, ast.Name):
        return _scalar(node, text)
    return _argument(node, text)


def _argument(node: ast.expr, text: str) -> Any:
    match node:
        case ast.Name(id=name):
            return dims(name)
        case ast.Constant(value=bool() as value):
            return value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [_scalar(e, text) for e in elements]
        case _:
            return _scalar(node, text)


def _scalar(node: ast.expr, text: str) -> Expr:
    """Arithmetic in numbers, dimensions (capitals) and scalar symbols."""
    match node:
        case ast.Name(id=name):
            return dims(name) if name[0].isupper() else _symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_scalar(operand, text)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _scalar(left, text) + _scalar(right, text)
        case ast.BinOp(op=ast.Sub(), left=left, right=right):
            return _scalar(left, text) - _scalar(right, text)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _scalar(left, text) * _scalar(right, text)
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            return _scalar(left, text) / _scalar(right, text)
        case ast.BinOp(op=ast.Pow(), left=ast.Name() as left, right=ast.Constant(value=int() as power)) if 0 <= power <= 64:
            return _scalar(left, text) ** power
        case _:
            return _number(node, text)


def _number(node: ast.expr, text: str) -> Expr:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() as value):
            return Integer(value)
        case ast.Constant(value=float() as value):
            return Rational(str(value))
    raise ReadError(
        f"cannot read `{ast.unparse(node)}` in `{text}`; numbers, dimensions, scalars, lists of them and True are read."
    )


def _symbol(name: str) -> Symbol:
    """The scalar symbol of this name; ``lam`` is lambda, and all but z are positive."""
    return Symbol({"lam": "lambda"}.get(name, name), positive=True) if name != "z" else Symbol("z")


def _parsed(text: str, mode: str) -> Any:
    try:
        return ast.parse(text.strip(), mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = getattr(error, "msg", None) or "too deeply nested"
        raise ReadError(f"cannot read `{text[:200]}`: {reason}.") from None


def read_expression(text: str, letters: Mapping[str, Any]) -> Expr:
    """An expression such as ``inv(lam + A*W) * M * inv(mu + W*A)``.

    Declared names are letters; other names that begin with a lower-case letter are scalars, ``lam`` is lambda; an undeclared
    capital is an error. A scalar added to a matrix stands for that multiple of the identity.

    >>> N = dims("N")
    >>> str(read_expression("inv(lam + 2*A)", {"A": deterministic("A", N)}))
    '(lambda*I + 2*A)**(-1)'
    """
    return _Reader(text, letters).visit(_parsed(text, "eval").body)


class _Reader:
    def __init__(self, text: str, letters: Mapping[str, Any]) -> None:
        self.text, self.letters = text, letters

    def visit(self, node: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Constant(value=complex() as value):
                return Rational(str(value.imag)) * I
            case ast.Constant():
                return _number(node, self.text)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.visit(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.visit(left), self.visit(right), node)
            case ast.Attribute(value=value, attr="T"):
                return self._matrix(self.visit(value), node).T
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, [self.visit(a) for a in args], node)
            case _:
                raise ReadError(
                    f"cannot read `{ast.unparse(node)}` in `{self.text}`; sums, products, powers, inv, tr and .T are read."
                )

    def _name(self, name: str) -> Any:
        if name in self.letters:
            return self.letters[name]
        if name[0].isupper():
            raise DeclarationError(
                f"cannot read `{self.text}`: {name} is declared neither deterministic nor random. "
                f'Declare it, e.g. --let "{name} = Wishart(N, P)".'
            )
        return _symbol(name)

    def _matrix(self, value: Any, node: ast.expr) -> MatrixExpr:
        if not value.is_Matrix:
            raise ShapeError(f"`{ast.unparse(node)}` in `{self.text}` needs a matrix.")
        return value

    def _binary(self, op: ast.operator, left: Any, right: Any, node: ast.expr) -> Any:
        match op:
            case ast.Add() | ast.Sub():
                left, right = self._alike(left, right)
                self._shapes(left, right, node, same=True)
                return left + right if isinstance(op, ast.Add) else left - right
            case ast.Mult() | ast.MatMult():
                self._shapes(left, right, node, same=False)
                return left * right
            case ast.Div() if not right.is_Matrix:
                return left / right
            case ast.Pow() if not right.is_Matrix and right.is_Integer and abs(right) <= 64:
                return left**right
            case _:
                raise ReadError(
                    f"cannot read `{ast.unparse(node)}` in `{self.text}`; divide by scalars only, powers are integers."
                )

    def _shapes(self, left: Any, right: Any, node: ast.expr, *, same: bool) -> None:
        if left.is_Matrix and right.is_Matrix:
            fits = left.shape == right.shape if same else left.shape[1] == right.shape[0]
            if not fits:
                sizes = " and ".join(" x ".join(map(str, m.shape)) for m in (left, right))
                raise ShapeError(f"the shapes in `{ast.unparse(node)}` do not match: {sizes}.")

    @staticmethod
    def _alike(left: Any, right: Any) -> tuple[Any, Any]:
        if left.is_Matrix and not right.is_Matrix:
            return left, right * Identity(left.shape[0])
        if right.is_Matrix and not left.is_Matrix:
            return left * Identity(right.shape[0]), right
        return left, right

    def _call(self, name: str, arguments: list[Any], node: ast.expr) -> Any:
        match name, arguments:
            case "inv", [matrix]:
                if not matrix.is_Matrix:
                    return 1 / matrix
                if matrix.shape[0] != matrix.shape[1]:
                    raise ShapeError(f"`{ast.unparse(node)}` inverts a {matrix.shape[0]} x {matrix.shape[1]} matrix.")
                return Inverse(matrix)
            case "tr", [matrix]:
                return tr(matrix)
            case "resolvent", [matrix, shift]:
                return resolvent(matrix, shift)
            case _:
                raise ReadError(
                    f"cannot read `{ast.unparse(node)}` in `{self.text}`; the functions are inv(X), tr(X) and resolvent(X, z)."
                )


def read_all(expression: str, declarations: Iterable[str]) -> Expr:
    """Declarations first, then the expression in their letters."""
    return read_expression(expression, dict(read_declaration(line) for line in declarations))
