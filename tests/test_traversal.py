"""One traversal of SymPy trees: every kind of node has one rule, what has none is named in the
reader's own words.
"""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Adjoint,
    BlockMatrix,
    Derivative,
    Dummy,
    Float,
    Function,
    I,
    Identity,
    Inverse,
    MatPow,
    MatrixSymbol,
    Rational,
    Subs,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    conjugate,
    exp,
    pi,
    sqrt,
)

from planar import Wishart, deterministic, dims, tr
from planar.formulas.traversal import KINDS, MatrixTraversal, Traversal, apart, factors_of_power

N, P = dims("N P")
A, W = deterministic("A", N), Wishart("W", N, P)
X = MatrixSymbol("X", 3, 3)
x, f = Symbol("x"), Function("f")
NODES = {
    "number": (Rational(1, 2), Float(0.5), pi),
    "imaginary": (I,),
    "symbol": (x, Dummy("y")),
    "letter": (A, W, X),
    "identity": (Identity(N),),
    "zero": (ZeroMatrix(N, P),),
    "block": (BlockMatrix([[X, X]]),),
    "sum": (x + 1, X + X.T),
    "product": (2 * x, 2 * X),
    "power": (sqrt(x), x**-1, MatPow(X, 2)),
    "inverse": (Inverse(X),),
    "transpose": (Transpose(X),),
    "adjoint": (Adjoint(X),),
    "conjugate": (conjugate(x),),
    "trace": (Trace(X),),
    "normalised_trace": (tr(A),),
    "undefined": (f(x), Derivative(f(x), x), Subs(Derivative(f(x), x), x, 2)),
    "function": (exp(x), Abs(x)),
}


class Names(Traversal[str]):
    """Every rule gives its own name."""


for _name in NODES:
    setattr(Names, _name, lambda _, __, name=_name: name)


@pytest.mark.parametrize("name", NODES)
def test_the_type_of_a_node_chooses_its_rule(name):
    assert {Names()(node) for node in NODES[name]} == {name}


def test_every_kind_has_a_rule_and_every_rule_a_kind():
    assert set(KINDS.values()) == set(NODES)
    assert all(hasattr(Traversal, name) for name in KINDS.values())


def test_what_a_reader_cannot_read_it_names():
    class Strict(Traversal[int]):
        def symbol(self, _):
            return 1

        def unread(self, expression):
            raise LookupError(f"nothing for {expression}")

    assert Strict()(x) == 1
    for nodes in NODES.values():
        for node in nodes:
            if not node.is_Symbol:
                with pytest.raises(LookupError, match="nothing for"):
                    Strict()(node)


def test_a_reader_of_matrices_reads_no_scalar():
    class Sizes(MatrixTraversal[int]):
        def letter(self, expression):
            return expression.shape[0]

        symbol = letter

        def unread(self, expression):
            raise LookupError(f"{expression} is no matrix")

    assert Sizes()(X) == 3
    with pytest.raises(LookupError, match="x is no matrix"):
        Sizes()(x)


def test_a_new_type_is_one_line(monkeypatch):
    """A subclass has the rule of its base until it has a line of its own."""

    class Turned(Function):
        pass

    assert Names()(Turned(x)) == "function"

    class Conjugate(Function):
        pass

    monkeypatch.setitem(KINDS, Conjugate, "conjugate")
    assert Names()(Conjugate(x)) == "conjugate"


def test_products_and_powers_come_apart():
    assert apart(2 * x * X * X.T) == ([2, x], [X, X.T]) or apart(2 * x * X * X.T) == (
        [2 * x],
        [X, X.T],
    )
    assert apart(X) == ([], [X])
    assert factors_of_power(MatPow(X, 3)) == [X, X, X]
    assert factors_of_power(MatPow(X, -1)) == [Inverse(X)]
