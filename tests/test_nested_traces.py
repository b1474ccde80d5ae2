"""Traces inside of products and of other traces: numbers, which come out of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from letters import A, M, N, P, W, lam
from sympy import Identity, MatrixSymbol, Symbol

import planar
from planar import derive, resolvent, tr

ONE = Identity(N)
a = np.diag([0.5, 1.0, 2.0, 3.5])
m = np.array([[1.0, 2, 0, 1], [0, 1, 1, 0], [3, 0, 1, 0], [0, 0, 1, 2]])
t = float(np.trace(a)) / 4
q = 4 / 8
CASES = (
    (A * (W - tr(W) * ONE) * M, 0 * m),
    ((W - tr(W) * ONE) ** 2, q * np.eye(4)),
    ((M - tr(A) * W).T * M, (m - t * np.eye(4)).T @ m),
    (tr(tr(A) * W * M), t * np.trace(m) / 4),
    (tr((W - tr(A) * ONE) ** 2) ** 2, (q + (1 - t) ** 2) ** 2),
    (M * (M - tr(tr(tr(W) * W) * A) * ONE), m @ m - t * m),
    (1 - tr(A * (W - tr(W) * ONE)), 1.0),
)


def given(expression: Any) -> dict[Any, Any]:
    """The values of what an expression holds."""
    own = expression.atoms(MatrixSymbol) | expression.atoms(Symbol)
    return {k: v for k, v in {A: a, M: m, N: 4, P: 8, lam: 0.5}.items() if k in own}


@pytest.mark.parametrize(("expression", "value"), CASES, ids=lambda x: str(x)[:40])
def test_a_trace_comes_out_of_the_product_around_it(expression: Any, value: Any) -> None:
    assert np.allclose(derive(expression).evaluate(given(expression)), value, atol=1e-12)


def test_it_is_the_same_beside_resolvents() -> None:
    g = resolvent(W, lam)
    nested = derive(tr(g * (M - tr(M) * A) * g))
    apart = derive(tr(g * M * g) - tr(M) * tr(g * A * g))
    values = given(nested.lhs)
    assert nested.evaluate(values) == pytest.approx(apart.evaluate(values), abs=1e-12)
    assert nested.verify(3)


def test_inside_an_inverse_it_is_refused_with_a_way_out() -> None:
    for inverse in (resolvent(tr(W) * A, lam), resolvent(A, lam + tr(W)), resolvent(tr(A) * W, 1)):
        with pytest.raises(
            planar.PlanarError, match=r"inside of an inverse.*write a scalar symbol"
        ):
            derive(inverse)
    with pytest.raises(planar.PlanarError, match=r"write tr\(...\) of the matrix"):
        derive(resolvent(W[0, 0] * A, lam))


def test_many_terms_are_refused_before_they_are_multiplied_out() -> None:
    with pytest.raises(planar.PlanarError, match="a scalar symbol in place of each trace"):
        derive((W - tr(W) * ONE) ** 20)
