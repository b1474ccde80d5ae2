"""One sweep ``S <- R(H)`` of a law, and the linear relation between rungs and loops of a resolvent
with its adjoint.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Dummy, Expr, S, Symbol, fraction, together

from planar.derivation.equivalent import Dyson
from planar.foundations.errors import PlanarError
from planar.kernels.program.nodes import Graph, Node
from planar.kernels.program.sympy_nodes import Reader

__all__ = ["TINY", "atoms", "by_relation", "initial", "rung", "sweep"]

_S, _H = Dummy("S"), Dummy("H")
TINY = 1e-12
"""In place of R(0) = 0, where a core is scaled by the self-energy."""

Binding = Callable[[dict[Symbol, Node]], Reader]
"""A reader in which some symbols are bound to nodes."""


def by_relation(law: Dyson) -> bool:
    """Whether S <- R(H) is iterated through the relation, R having a root whose sheet would have to
    be chosen.
    """
    r = law.r_transform
    return bool(law.relation and (r is None or not r.is_rational_function(law.argument)))


def atoms(law: Dyson) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Eigenvalues and weights of a law that is given by its spectrum."""
    values, weights = law.law.atoms_and_weights() or ((), ())
    return tuple(map(float, values)), tuple(map(float, weights))


def initial(law: Dyson, reader: Reader) -> Node:
    """R(0), from which the Dyson iteration starts; never zero."""
    g, n = reader.graph, len(law.entries)
    if law.law.alternating:
        return g.stack(
            [[g.number(TINY if s is not None else 0) for s in row] for row in law.entries]
        )
    if law.r_transform is None:
        values, weights = atoms(law)
        mean = g.number(sum(v * w for v, w in zip(values, weights, strict=True)))
    else:
        start = law.r_transform.xreplace({law.argument: S.Zero})
        mean = reader.scalar(law.law.free_cumulant(1) if start.has(S.NaN) else start)
    mean = g.number(TINY) if mean.op == "number" and mean.data == 0 else mean
    return (
        mean
        if n == 1
        else g.stack([[mean if i == j else g.number(0) for j in range(n)] for i in range(n)])
    )


def sweep(law: Dyson, state: Node, reader: Reader, bound: Binding) -> Node:
    """The new S, a scalar or a matrix as ``state`` is."""
    g, n = reader.graph, len(law.entries)
    if n == 1:
        h = reader.scalar(law.overlaps[0][0])
        if by_relation(law):
            return bound({_S: state, _H: h}).scalar(_root(law))
        if law.r_transform is None:
            return g.make("spectrum_step", (state, h), "s", atoms(law))
        return reader.scalar(law.r_transform.xreplace({law.argument: law.overlaps[0][0]}))
    h = overlap(law, reader)
    if by_relation(law):
        lead = next(c for c, word in law.relation if word == "S")
        words = {"S": state, "H": h}
        rest = [(-c / lead, word) for c, word in law.relation if word != "S"]
        return g.plus([_word(reader, c, word, words) for c, word in rest], h.shape)
    if law.r_transform is None:
        return g.make("spectrum_step", (state, h), "m", atoms(law), h.shape)
    top, bottom = (_polynomial(reader, p, h) for p in _quotient(law))
    return g.product(g.matrix_inverse(bottom), top)


def rung(law: Dyson, reader: Reader, bound: Binding) -> tuple[Node, Node]:
    """``M_S`` and ``M_H`` of ``M_S S_ab + M_H H_ab = 0`` between a resolvent a and its adjoint b,
    as matrices on pairs.
    """
    g, n = reader.graph, len(law.entries)
    h = overlap(law, reader)
    if n == 1 and not law.relation and law.r_transform is not None:
        return _analytic(law, reader, bound)
    entries = [[g.number(0) if s is None else reader.scalar(s) for s in row] for row in law.entries]
    s = g.stack(entries)
    adjoint = {id(s): g.transpose(g.conjugate(s)), id(h): g.transpose(g.conjugate(h))}
    if law.r_transform is None and not law.relation:
        return _of_spectrum(law, g, s, h, adjoint)
    words = law.relation or _relation(law)
    on = {"S": list[Node](), "H": list[Node]()}
    values = {"S": s, "H": h}
    one = g.eye(g.number(1), h.shape)
    for c, word in words:
        for i, letter in enumerate(word):
            left = g.product(one, *(values[x] for x in word[:i]))
            right = g.product(one, *(adjoint[id(values[x])] for x in word[i + 1 :]))
            on[letter].append(g.product(reader.scalar(c), kron(g, left, right)))
    pairs = (g.number(n * n), g.number(n * n))
    return g.plus(on["S"], pairs), g.plus(on["H"], pairs)


def kron(g: Graph, left: Node, right: Node) -> Node:
    """``X -> left X right`` as a matrix on the entries of X, row by row."""
    assert left.shape
    n = int(left.shape[0].data)
    size = (g.number(n * n), g.number(n * n))
    if left.kind == right.kind == "e":
        return g.eye(g.mul(left.args[0], right.args[0]), size)
    return g.make(
        "kron",
        (g.dense(left, left.shape), g.transpose(g.dense(right, left.shape))),
        "m",
        None,
        size,
    )


def overlap(law: Dyson, reader: Reader) -> Node:
    """The matrix H."""
    return reader.graph.stack([[reader.scalar(h) for h in row] for row in law.overlaps])


def _root(law: Dyson) -> Expr:
    """The scalar relation c0 + c1 S + c2 S^2 + ... = 0 as S = -c0 / (c1 + c2 S + ...)."""
    phi = Add(*(c * _S ** word.count("S") * _H ** word.count("H") for c, word in law.relation))
    free = phi.xreplace({_S: S.Zero})
    return -free / ((phi - free) / _S).expand()


def _word(reader: Reader, coefficient: Expr, word: str, values: dict[str, Node]) -> Node:
    g, shape = reader.graph, values["H"].shape
    return g.product(
        reader.scalar(coefficient), g.eye(g.number(1), shape), *(values[x] for x in word)
    )


def _quotient(law: Dyson) -> tuple[list[Expr], list[Expr]]:
    """Numerator and denominator of R by their coefficients, constant first."""
    assert law.r_transform is not None
    z = law.argument
    parts = fraction(together(law.r_transform))
    if not all(p.is_polynomial(z) for p in parts):
        raise PlanarError(
            f"no kernel: the R-transform of {law.law.name} is not rational and {law.law.name} stands twice."
        )
    top, bottom = (p.as_poly(z).all_coeffs()[::-1] for p in parts)
    return top, bottom


def _polynomial(reader: Reader, coefficients: list[Expr], h: Node) -> Node:
    g = reader.graph
    value = g.eye(reader.scalar(coefficients[-1]), h.shape)
    for c in coefficients[-2::-1]:
        value = g.plus([g.product(value, h), g.eye(reader.scalar(c), h.shape)], h.shape)
    return value


def _relation(law: Dyson) -> list[tuple[Expr, str]]:
    top, bottom = _quotient(law)
    words = [(c, "H" * k + "S") for k, c in enumerate(bottom)]
    return words + [(-c, "H" * k) for k, c in enumerate(top)]


def _of_spectrum(
    law: Dyson, g: Graph, s: Node, h: Node, adjoint: dict[int, Node]
) -> tuple[Node, Node]:
    """From ``mean of (S - b) D = 0`` with ``D = (1 + H (S - b))^-1``."""
    n = len(law.entries)
    pairs = (g.number(n * n), g.number(n * n))
    args = (s, h, adjoint[id(s)], adjoint[id(h)])
    both = g.make("spectrum_rung", args, "m", atoms(law), (g.number(n * n), g.number(2 * n * n)))
    return (g.make("half", (both,), "m", 0, pairs), g.make("half", (both,), "m", 1, pairs))


def _analytic(law: Dyson, reader: Reader, bound: Binding) -> tuple[Node, Node]:
    """A scalar R that is known as a function alone: its divided difference, the slope where the
    points meet.
    """
    assert law.r_transform is not None
    g = reader.graph
    h, z, r = reader.scalar(law.overlaps[0][0]), law.argument, law.r_transform
    at, star = (bound({z: x}).scalar(r) for x in (h, g.conjugate(h)))
    slope = bound({z: h}).scalar(r.diff(z))
    gap = g.add(h, g.negative(g.conjugate(h)))
    quotient = g.mul(g.add(at, g.negative(star)), g.inverse(gap))
    divided = g.make("near", (h, g.conjugate(h), slope, quotient), "s")
    return g.stack([[g.number(1)]]), g.stack([[g.negative(divided)]])
