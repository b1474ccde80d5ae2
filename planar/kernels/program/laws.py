"""One sweep ``S <- R(H)`` of a law, and its rung in the ladder of a resolvent with its adjoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from sympy import Add, Dummy, Expr, S, Symbol, fraction, together

from planar.derivation.equivalent import Dyson
from planar.foundations.errors import PlanarError
from planar.kernels.program.graph import Graph
from planar.kernels.program.nodes import Node
from planar.kernels.program.scopes import Nodes
from planar.kernels.program.sympy_nodes import Reader

__all__ = ["TINY", "atoms", "by_relation", "initial", "rung", "sweep"]

_S, _H = Dummy("S"), Dummy("H")
TINY = 1e-12
"""In place of R(0) = 0, where a core is scaled by the self-energy."""
_GOLDEN = 0.618034
"""Its multiples are spread evenly over the unit interval, and no sum of few of them vanishes."""

Binding = Callable[[Nodes], Reader]
"""A reader in which some symbols are bound to nodes."""


def by_relation(law: Dyson) -> bool:
    """Whether S <- R(H) is iterated through the law's relation.

    R has then a root whose sheet would have to be chosen.
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
    if law.law.alternating or any(law.entries[i][i] is None for i in range(n)):
        return g.stack(_tiny_where_joined(g, law.entries))
    mean = _mean(law, reader)
    if n == 1:
        return mean
    return g.stack([g.number(0)] * i + [mean] + [g.number(0)] * (n - 1 - i) for i in range(n))


def _tiny_where_joined(g: Graph, entries: Sequence[Sequence[Symbol | None]]) -> list[list[Node]]:
    """R(0) = 0 with something in place of zero where a diagram joins two places.

    No two are alike: in X - X.T equal ones would cancel, and the first overlap would be 0/0.
    """
    n = len(entries)
    rows = []
    for i, row in enumerate(entries):
        places = [1 + (i * n + j) * _GOLDEN % 1 for j in range(n)]
        joined = [0 if s is None else TINY * place for s, place in zip(row, places, strict=True)]
        rows.append(list(map(g.number, joined)))
    return rows


def _mean(law: Dyson, reader: Reader) -> Node:
    """The first cumulant, never zero."""
    if law.r_transform is None:
        values, weights = atoms(law)
        mean = reader.graph.number(sum(v * w for v, w in zip(values, weights, strict=True)))
    else:
        start = law.r_transform.xreplace({law.argument: S.Zero})
        mean = reader.scalar(law.law.free_cumulant(1) if start.has(S.NaN) else start)
    return reader.graph.number(TINY) if mean.op == "number" and mean.data == 0 else mean


def sweep(law: Dyson, state: Node, reader: Reader, bound: Binding) -> Node:
    """The new S, a scalar or a matrix as ``state`` is."""
    if len(law.entries) == 1:
        return _scalar_sweep(law, state, reader, bound)
    g, h = reader.graph, overlap(law, reader)
    if by_relation(law):
        lead = next(c for c, word in law.relation if word == "S")
        values = {"S": state, "H": h}
        terms = [(-c / lead, word) for c, word in law.relation if word != "S"]
        return g.plus([_word(reader, c, word, values) for c, word in terms], h.shape)
    if law.r_transform is None:
        return g.make("spectrum_step", (state, h), "m", atoms(law), h.shape)
    top, bottom = (_polynomial(reader, p, h) for p in _quotient(law))
    return g.product(g.matrix_inverse(bottom), top)


def _scalar_sweep(law: Dyson, state: Node, reader: Reader, bound: Binding) -> Node:
    """The new S of a letter that occurs once."""
    overlap = law.overlaps[0][0]
    if by_relation(law):
        return bound({_S: state, _H: reader.scalar(overlap)}).scalar(_root(law))
    if law.r_transform is None:
        arguments = (state, reader.scalar(overlap))
        return reader.graph.make("spectrum_step", arguments, "s", atoms(law))
    return reader.scalar(law.r_transform.xreplace({law.argument: overlap}))


def rung(law: Dyson, reader: Reader, bound: Binding) -> tuple[Node, Node]:
    """``M_S`` and ``M_H`` of ``M_S S_ab + M_H H_ab = 0``, as matrices on pairs.

    a is a resolvent and b its adjoint.
    """
    g, n = reader.graph, len(law.entries)
    if n == 1 and not law.relation and law.r_transform is not None:
        return _analytic(law, reader, bound)
    values = {"S": _energy(law, reader), "H": overlap(law, reader)}
    adjoint = {letter: g.transpose(g.conjugate(x)) for letter, x in values.items()}
    if law.r_transform is None and not law.relation:
        return _of_spectrum(law, g, values, adjoint)
    on = {"S": list[Node](), "H": list[Node]()}
    one = g.eye(g.number(1), values["H"].shape)
    for c, word in law.relation or _relation(law):
        for i, letter in enumerate(word):
            left = g.product(one, *(values[x] for x in word[:i]))
            right = g.product(one, *(adjoint[x] for x in word[i + 1 :]))
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
    return reader.graph.stack(map(reader.scalar, row) for row in law.overlaps)


def _energy(law: Dyson, reader: Reader) -> Node:
    """The matrix S, zero where no diagram joins two places."""
    zero = reader.graph.number(0)
    n, entries = len(law.entries), chain.from_iterable(law.entries)
    nodes = [zero if s is None else reader.scalar(s) for s in entries]
    return reader.graph.stack(nodes[i * n : (i + 1) * n] for i in range(n))


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
            f"no kernel: {law.law.name} occurs twice in a resolvent and its R-transform is not "
            "rational; give the law by spectrum=..., cumulants=... or a rational r_transform."
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
    law: Dyson, g: Graph, values: dict[str, Node], adjoint: dict[str, Node]
) -> tuple[Node, Node]:
    """From ``mean of (S - b) D = 0`` with ``D = (1 + H (S - b))^-1``."""
    n = len(law.entries)
    pairs = (g.number(n * n), g.number(n * n))
    args = (values["S"], values["H"], adjoint["S"], adjoint["H"])
    both = g.make("spectrum_rung", args, "m", atoms(law), (g.number(n * n), g.number(2 * n * n)))
    return (g.make("half", (both,), "m", 0, pairs), g.make("half", (both,), "m", 1, pairs))


def _analytic(law: Dyson, reader: Reader, bound: Binding) -> tuple[Node, Node]:
    """A scalar R that is known as a function alone.

    Its divided difference stands in the rung, or its slope where the points meet.
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
