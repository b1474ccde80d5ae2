"""Arithmetic in numbers, dimensions and scalar symbols."""

from __future__ import annotations

import ast
import re
import unicodedata
from typing import Any

from sympy import Expr, I, Integer, Rational, Symbol, nan, oo, zoo

from planar.expression.reader.source import Source, named
from planar.formulas.symbols import dims
from planar.foundations.errors import PlanarError, ReadError

__all__ = ["divided", "finite", "number", "read_scalar", "symbol"]

_POWER = 64


def read_scalar(
    node: ast.expr,
    source: Source,
    what: str = "numbers, dimensions, scalars, lists of them and True",
) -> Expr:
    """Arithmetic in numbers, dimensions (capitals) and scalar symbols."""
    match node:
        case ast.Name():
            name = named(node)
            return dims(name) if name[0].isupper() else symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -read_scalar(operand, source, what)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)) if _whole(
            power
        ):
            return read_scalar(left, source, what) ** power
        case ast.BinOp(
            left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right=right
        ):
            return _combined(
                op, read_scalar(left, source, what), read_scalar(right, source, what), node, source
            )
        case _:
            return number(node, source, what)


def _combined(op: ast.operator, left: Expr, right: Expr, node: ast.AST, source: Source) -> Expr:
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case _:
            return divided(left, right, node, source)


def _whole(power: int) -> bool:
    return not isinstance(power, bool) and 0 <= power <= _POWER


def divided(left: Any, right: Expr, node: ast.AST, source: Source) -> Any:
    """The quotient by a scalar, which may not vanish."""
    if right == 0:
        raise source.error(
            ReadError, node, f"`{source.part(node)}` divides by zero; leave that term out."
        )
    return left / right


def number(node: ast.expr, source: Source, what: str) -> Expr:
    """An integer, decimal or imaginary literal, exactly."""
    match node:
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            return Integer(value)
        case ast.Constant(value=float() as value) if abs(value) < float("inf"):
            return Rational(str(value))
        case ast.Constant(value=complex() as value) if abs(value) < float("inf"):
            return Rational(str(value.imag)) * I
        case _:
            raise source.error(
                ReadError, node, f"cannot read `{source.part(node)}`; {what} are read."
            )


def symbol(name: str) -> Symbol:
    """The scalar symbol of this name, positive unless it is z.

    ``lam`` is lambda, and Greek letters are their names.
    """
    name = re.sub(r"^lam(?=_?\d*$)", "lambda", _greek(name))
    return Symbol(name, positive=True) if name != "z" else Symbol("z")


def _greek(name: str) -> str:
    if len(name) != 1:
        return name
    word = unicodedata.name(name, "").removeprefix("GREEK SMALL LETTER ").lower()
    return {"lamda": "lambda"}.get(word, word) if word.isalpha() and word.isascii() else name


def finite(value: Any, node: ast.AST, source: Source) -> Any:
    """A value without infinities, such as inv(0) brings."""
    if value.has(zoo, oo, nan):
        raise source.error(
            PlanarError, node, f"`{source.part(node)}` is not finite; leave that term out."
        )
    return value
