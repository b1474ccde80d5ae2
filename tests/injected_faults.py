"""Faults put into a formula on purpose, by kind: each takes an equivalent to wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import permutations
from typing import Any

from sympy import (
    Add,
    Adjoint,
    Expr,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Number,
    Pow,
    Rational,
    S,
    Symbol,
    Trace,
    Transpose,
    conjugate,
)

from planar.derivation.definitions import Definition, marked
from planar.derivation.equivalent import Equivalent

__all__ = ["KINDS", "faulty"]

Change = Callable[[Equivalent, Any], Iterator[Any]]
"""A node of an expression, and what may stand in its place by mistake."""


def faulty(kind: str, equivalent: Equivalent) -> Iterator[Equivalent]:
    """The equivalent with one fault of a kind, once for every place where it fits."""
    change = KINDS[kind]
    for rhs in _changed(equivalent, equivalent.rhs, change):
        yield replace(equivalent, rhs=rhs)
    for place, definition in enumerate(equivalent.definitions):
        for expr in _changed(equivalent, definition.expr, change):
            before, after = equivalent.definitions[:place], equivalent.definitions[place + 1 :]
            wrong = marked((*before, replace(definition, expr=expr), *after))
            if _implicit(wrong) <= _implicit(equivalent.definitions):  # no new circle
                yield replace(equivalent, definitions=wrong)


def _implicit(definitions: Sequence[Definition]) -> set[Symbol]:
    return {d.symbol for d in definitions if d.implicit}


def _changed(equivalent: Equivalent, expression: Expr, change: Change) -> Iterator[Expr]:
    for node in dict.fromkeys(_nodes(expression)):
        for other in change(equivalent, node):
            if other == node:
                continue
            with suppress(TypeError, ValueError):  # what is no expression cannot be a fault
                yield _replaced(expression, node, other)


def _nodes(expression: Any) -> Iterator[Any]:
    """Every part of an expression; letters and identities are whole."""
    yield expression
    if not isinstance(expression, MatrixSymbol | Identity):
        for part in expression.args:
            yield from _nodes(part)


def _replaced(expression: Any, node: Any, other: Any) -> Any:
    """The expression with another node in the first place where this one stands."""
    if expression == node:
        return other
    if isinstance(expression, MatrixSymbol | Identity):
        return expression
    for place, part in enumerate(expression.args):
        new = _replaced(part, node, other)
        if new != part:
            args = (*expression.args[:place], new, *expression.args[place + 1 :])
            return expression.func(*args)
    return expression


def _without(node: Any, part: int) -> Any:
    return node.func(*node.args[:part], *node.args[part + 1 :])


def sign_of_a_term(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Add | MatAdd):
        for i, term in enumerate(node.args):
            yield node.func(*node.args[:i], -term, *node.args[i + 1 :])


def sign_of_a_factor(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Mul | Trace) and not node.is_number:
        yield -node


def term_left_out(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Add | MatAdd):
        yield from (_without(node, i) for i in range(len(node.args)))


def scalar_factor_left_out(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Mul):
        yield from (_without(node, i) for i in range(len(node.args)))


def matrix_factor_left_out(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatMul) and sum(x.is_Matrix for x in node.args) > 1:
        for i, factor in enumerate(node.args):
            if factor.is_Matrix and factor.shape[0] == factor.shape[1]:
                yield _without(node, i)


def matrix_factor_twice(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatrixSymbol) and node.shape[0] == node.shape[1]:
        yield node * node


def factors_exchanged(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatMul):
        for i in range(len(node.args) - 1):
            a, b = node.args[i : i + 2]
            if a.is_Matrix and a.shape == b.shape and a.shape[0] == a.shape[1]:
                yield node.func(*node.args[:i], b, a, *node.args[i + 2 :])


def order_reversed(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatMul) and all(x.shape[0] == x.shape[1] for x in node.args if x.is_Matrix):
        yield node.func(*reversed(node.args))


def transposed(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatrixSymbol) and node.shape[0] == node.shape[1]:
        yield Transpose(node)


def transpose_forgotten(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Transpose | Adjoint) and node.shape[0] == node.shape[1]:
        yield node.arg


def resolvent_transposed(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Inverse) or (isinstance(node, MatPow) and node.exp == -1):
        yield Transpose(node)


def inverse_forgotten(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Inverse):
        yield node.arg
    if isinstance(node, Pow) and node.exp == -1:
        yield node.base


def power_one_more(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Pow | MatPow) and not isinstance(node, Inverse):
        yield node.func(node.base, node.exp + 1)


def power_one_less(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Pow | MatPow) and not isinstance(node, Inverse):
        yield node.func(node.base, node.exp - 1)


def squared(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Symbol):
        yield node**2


def twice(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Symbol | Trace):
        yield 2 * node


def one_percent(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Symbol | Trace):
        yield Rational(101, 100) * node


def a_millionth(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Symbol | Trace):
        yield (1 + Rational(3, 10**6)) * node


def number_changed(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Number) and node not in (S.One, S.NegativeOne):
        yield node + 1


def shift_changed(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Add) and not isinstance(node, MatAdd):
        yield node + 1


def another_symbol(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    others = (*equivalent.scalars, *(d.symbol for d in equivalent.definitions))
    if isinstance(node, Symbol) and node in others:
        yield from others


def another_size(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Symbol) and node in equivalent.problem.sizes:
        yield from equivalent.problem.sizes


def ratio_inverted(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Mul) and node.free_symbols <= set(equivalent.problem.sizes):
        yield 1 / node


def another_letter(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatrixSymbol):
        yield from (x for x in equivalent.letters if x.shape == node.shape)


def identity_for_a_letter(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, MatrixSymbol) and node.shape[0] == node.shape[1]:
        yield Identity(node.shape[0])


def trace_split(_: Equivalent, node: Any) -> Iterator[Any]:
    """tr[X Y] for tr[X] tr[Y]."""
    if isinstance(node, Trace) and isinstance(node.arg, MatMul) and len(node.arg.args) > 1:
        first, *others = node.arg.args
        if first.is_Matrix and first.shape[0] == first.shape[1]:
            yield Trace(first) * Trace(MatMul(*others)) / first.shape[0]


def trace_not_normalised(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Trace):
        yield node * node.arg.shape[0]


def trace_forgotten(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Trace):
        yield node.arg.shape[0]


def conjugated(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Symbol) and not node.is_real:
        yield conjugate(node)


def conjugate_forgotten(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, conjugate):
        yield node.args[0]


def definition_lost(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    """A rung, say, that is zero."""
    if any(node == d.expr for d in equivalent.definitions):
        yield S.Zero


def definition_of_another(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Expr) and not isinstance(node, MatrixExpr):
        exprs = [d.expr for d in equivalent.definitions]
        if node in exprs:
            yield from exprs


def names_exchanged(equivalent: Equivalent, node: Any) -> Iterator[Any]:
    """Two quantities under each other's name, in one whole expression."""
    whole = node == equivalent.rhs or any(node == d.expr for d in equivalent.definitions)
    if whole:
        symbols = [d.symbol for d in equivalent.definitions]
        for a, b in permutations(symbols, 2):
            if str(a) < str(b):
                yield node.xreplace({a: b, b: a})


def one_more(_: Equivalent, node: Any) -> Iterator[Any]:
    """1 + gamma for 1 - gamma and the like, in a denominator."""
    if isinstance(node, Pow) and node.exp == -1 and isinstance(node.base, Add):
        yield (2 - node.base) ** -1


def denominator_left_out(_: Equivalent, node: Any) -> Iterator[Any]:
    if isinstance(node, Pow) and node.exp.is_negative:
        yield S.One


KINDS: dict[str, Change] = {
    change.__name__.replace("_", " "): change
    for change in (
        sign_of_a_term, sign_of_a_factor, term_left_out, scalar_factor_left_out,
        matrix_factor_left_out, matrix_factor_twice, factors_exchanged, order_reversed, transposed,
        transpose_forgotten, resolvent_transposed, inverse_forgotten, power_one_more,
        power_one_less, squared, twice, one_percent, a_millionth, number_changed, shift_changed,
        another_symbol, another_size, ratio_inverted, another_letter, identity_for_a_letter,
        trace_split, trace_not_normalised, trace_forgotten, conjugated, conjugate_forgotten,
        definition_lost, definition_of_another, names_exchanged, one_more, denominator_left_out,
    )
}  # fmt: skip
