"""Expressions, such as ``inv(lam + A*W) * M * inv(mu + W*A)``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from sympy import Adjoint, Expr, Identity, Inverse, MatrixExpr, Symbol, Trace
from sympy.matrices.exceptions import NonInvertibleMatrixError

from planar.expression.reader.declarations import LETTERS, read_declarations
from planar.expression.reader.scalars import divided, finite, number, symbol
from planar.expression.reader.source import Source, named
from planar.formulas.symbols import resolvent, tr
from planar.foundations.errors import DeclarationError, PlanarError, ReadError, ShapeError

__all__ = ["read_all", "read_expression"]

_READ = "sums, products, powers, inv, tr, .T and .H"
_POWER = 64


def read_expression(text: str, letters: Mapping[str, Any]) -> Expr:
    """An expression such as ``inv(lam + A*W) * M * inv(mu + W*A)``.

    Declared names are letters and their dimensions; other names that begin with a lower-case letter
    are scalars, ``lam``, ``lambda`` and ``λ`` are lambda; an undeclared capital is an error. A
    scalar added to a matrix is that multiple of the identity, ``X.H`` is the adjoint,
    ``tr`` the normalised and ``Tr`` the plain trace.

    >>> from planar.formulas.symbols import deterministic, dims
    >>> N = dims("N")
    >>> str(read_expression("inv(lam + 2*A)", {"A": deterministic("A", N)}))
    '(lambda*I + 2*A)**(-1)'

    Raises ``ReadError``, ``DeclarationError`` or ``ShapeError``, each with the place in the text.
    """
    source = Source(text)
    try:
        return _Reader(source, letters).visit(source.expression())
    except NonInvertibleMatrixError:
        raise ReadError("the expression inverts a matrix that is zero; leave that term out.").at(
            text, (0, len(text))
        ) from None


def read_all(expression: str, declarations: Iterable[str]) -> Expr:
    """Declarations first, then the expression in their letters."""
    return read_expression(expression, read_declarations(declarations))


def _undeclared(name: str) -> str:
    if name == "I":
        return (
            "I is not declared; the identity is not written (lam + A*W means lam times it), "
            "and the imaginary unit is 1j."
        )
    scalar = f", or write a scalar in lower case, {name.lower()}" if len(name) > 1 else ""
    return (
        f"{name} is declared neither deterministic nor random. "
        f"Declare it, for example {name} = deterministic(N) or {name} = Wishart(N, P){scalar}."
    )


class _Reader:
    """SymPy objects from a syntax tree, one rule for each kind of node that is allowed."""

    def __init__(self, source: Source, letters: Mapping[str, Any]) -> None:
        self.source, self.letters = source, letters
        self.dimensions: dict[str, Symbol] = {}
        for parameter in chain.from_iterable(letter.args[1:] for letter in letters.values()):
            symbols = [s for s in parameter.free_symbols if isinstance(s, Symbol)]
            self.dimensions |= {s.name: s for s in symbols}

    def visit(self, node: ast.expr) -> Any:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Constant():
                return number(node, self.source, _READ)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.visit(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.visit(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.visit(left), self.visit(right), node)
            case ast.Attribute(value=value, attr="T"):
                return self._matrix(self.visit(value), node).T
            case ast.Attribute(value=value, attr="H"):
                return Adjoint(self._matrix(self.visit(value), node))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._call(name, [self.visit(a) for a in args], node)
            case _:
                raise self._refused(node)

    def _refused(self, node: ast.AST) -> PlanarError:
        return self.source.error(
            ReadError, node, f"cannot read `{self.source.part(node)}`; {_READ} are read."
        )

    def _name(self, node: ast.Name) -> Any:
        name = named(node)
        if name in self.letters:
            return self.letters[name]
        if name in self.dimensions:
            return self.dimensions[name]
        if name in LETTERS:
            raise self.source.error(
                DeclarationError,
                node,
                f"{name} is a law, not a letter; declare a letter of it, "
                f"for example X = {name}(...).",
            )
        if name[0].isupper():
            raise self.source.error(DeclarationError, node, _undeclared(name))
        return symbol(name)

    def _matrix(self, value: Any, node: ast.expr) -> MatrixExpr:
        if not value.is_Matrix:
            raise self.source.error(ShapeError, node, f"`{self.source.part(node)}` needs a matrix.")
        return value

    def _binary(self, op: ast.operator, left: Any, right: Any, node: ast.BinOp) -> Any:
        match op:
            case ast.Add() | ast.Sub():
                left, right = self._alike(left, right)
                self._shapes(left, right, node, same=True)
                return left + right if isinstance(op, ast.Add) else left - right
            case ast.Mult() | ast.MatMult():
                self._shapes(left, right, node, same=False)
                return left * right
            case ast.Div() if not right.is_Matrix:
                return divided(left, right, node, self.source)
            case ast.Pow() if not right.is_Matrix and right.is_Integer and abs(right) <= _POWER:
                return self._power(left, int(right), node)
            case ast.BitXor():
                raise self.source.error(
                    ReadError, node, f"cannot read `{self.source.part(node)}`; write ** for powers."
                )
            case _:
                raise self.source.error(
                    ReadError,
                    node,
                    f"cannot read `{self.source.part(node)}`; divide by scalars only, "
                    f"powers are integers to {_POWER}.",
                )

    def _power(self, base: Any, exponent: int, node: ast.BinOp) -> Any:
        if base.is_Matrix:
            self._square(base, node.left, "raises it to a power")
        return finite(self._made(lambda: base**exponent, node), node, self.source)

    def _made(self, make: Callable[[], Any], node: ast.expr) -> Any:
        """What is made of a part; where planar refuses, with its place."""
        try:
            return make()
        except PlanarError as error:
            raise error.at(self.source.text, self.source.place(node)) from None

    def _shapes(self, left: Any, right: Any, node: ast.expr, *, same: bool) -> None:
        if left.is_Matrix and right.is_Matrix:
            fits = left.shape == right.shape if same else left.shape[1] == right.shape[0]
            if not fits:
                sizes = " and ".join(" x ".join(map(str, m.shape)) for m in (left, right))
                raise self.source.error(
                    ShapeError,
                    node,
                    f"the shapes in `{self.source.part(node)}` do not match: {sizes}.",
                )

    def _square(self, matrix: Any, node: ast.expr, does: str) -> Any:
        rows, cols = matrix.shape
        if rows != cols:
            raise self.source.error(
                ShapeError,
                node,
                f"`{self.source.part(node)}` is {rows} x {cols}, but the expression {does}; "
                "that needs a square matrix.",
            )
        return matrix

    @staticmethod
    def _alike(left: Any, right: Any) -> tuple[Any, Any]:
        if left.is_Matrix and not right.is_Matrix:
            return left, right * Identity(left.shape[0])
        if right.is_Matrix and not left.is_Matrix:
            return left * Identity(right.shape[0]), right
        return left, right

    def _call(self, name: str, arguments: list[Any], node: ast.Call) -> Any:
        match name, arguments:
            case "inv", [scalar] if not scalar.is_Matrix:
                return divided(1, scalar, node, self.source)
            case "inv", [matrix]:
                return self._made(
                    lambda: Inverse(self._square(matrix, node.args[0], "inverts it")), node
                )
            case "tr", [matrix]:
                return tr(self._square(self._matrix(matrix, node), node.args[0], "takes its trace"))
            case "Tr", [matrix]:
                return Trace(
                    self._square(self._matrix(matrix, node), node.args[0], "takes its trace")
                )
            case "resolvent", [matrix, shift]:
                return self._made(lambda: resolvent(matrix, shift), node)
            case _:
                raise self.source.error(
                    ReadError,
                    node,
                    f"cannot read `{self.source.part(node)}`; "
                    "the functions are inv(X), tr(X), Tr(X) and resolvent(X, z).",
                )
