"""An evaluator that shares nothing with planar: a SymPy tree over numpy, and definitions solved by
scipy-free Newton.

It reads ``rhs`` and ``definitions`` as any user could.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

import networkx as nx
import numpy as np
from sympy import (
    Add,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    Pow,
    Symbol,
    Trace,
    Transpose,
)


def tree(expression: Any, values: Mapping[Any, Any]) -> Any:
    """The value of a SymPy expression over scalars, symbols and matrices."""
    if expression in values:
        return values[expression]
    recurse = (
        [tree(a, values) for a in expression.args]
        if not isinstance(expression, Symbol | MatrixSymbol | Identity)
        else []
    )
    match expression:
        case Identity():
            return np.eye(int(tree(expression.shape[0], values)))
        case _ if expression.is_number and not expression.is_Matrix:
            return complex(expression)
        case Add() | MatAdd():
            return sum(recurse[1:], recurse[0])
        case MatMul():
            return reduce(lambda a, b: a @ b if np.ndim(a) and np.ndim(b) else a * b, recurse)
        case Mul():
            return np.prod(recurse)
        case Pow():
            return recurse[0] ** recurse[1]
        case Inverse():
            return np.linalg.inv(recurse[0])
        case MatPow():
            return np.linalg.matrix_power(recurse[0], int(expression.args[1]))
        case Transpose():
            return recurse[0].T
        case Trace():
            return np.trace(recurse[0])
    raise AssertionError(f"{type(expression).__name__} is not in the promised language")


def right_side(rhs: Any, definitions: Any, values: Mapping[Any, Any]) -> Any:
    """The right-hand side, every implicit system solved by damped iteration and Newton with
    difference quotients.
    """
    known = dict(values)
    by_symbol = {d.symbol: d for d in definitions}
    graph = nx.DiGraph()
    graph.add_nodes_from(by_symbol)
    graph.add_edges_from(
        (s, d.symbol) for d in definitions for s in d.expr.atoms(Symbol) if s in by_symbol
    )
    condensed = nx.condensation(graph)
    for part in nx.topological_sort(condensed):
        members = sorted(condensed.nodes[part]["members"], key=str)
        block = [by_symbol[s] for s in members]
        if len(block) == 1 and not graph.has_edge(members[0], members[0]):
            assert not block[0].implicit
            known[members[0]] = tree(block[0].expr, known)
        else:
            known.update(_solve(block, known))
    return tree(rhs, known)


def _solve(block: list[Any], known: dict[Any, Any]) -> dict[Any, Any]:
    x = np.ones(len(block), dtype=complex) * 2

    def step(point: np.ndarray) -> np.ndarray:
        here = {**known, **{d.symbol: v for d, v in zip(block, point, strict=True)}}
        return np.array([tree(d.expr, here) for d in block])

    for _ in range(400):
        x = 0.9 * x + 0.1 * step(x)
    for _ in range(12):
        r = step(x) - x
        jacobian = np.empty((len(x), len(x)), dtype=complex)
        for i in range(len(x)):
            h = 1e-7 * max(1e-3, abs(x[i]))
            moved = x.copy()
            moved[i] += h
            jacobian[:, i] = (step(moved) - moved - r) / h
        x = x - np.linalg.solve(jacobian, r)
    return {d.symbol: v for d, v in zip(block, x, strict=True)}
