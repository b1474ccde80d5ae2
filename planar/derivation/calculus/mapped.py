"""One function applied to every expression of the Dyson iteration and of the branch evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sympy import Expr

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Block, Dyson, Evidence, MatrixEvidence

__all__ = ["mapped_block", "mapped_dyson", "mapped_evidence"]


def mapped_block(rows: Iterable[Iterable[Expr]], change: Callable[[Expr], Expr]) -> Block:
    """A matrix of expressions, entry by entry."""
    return tuple(tuple(map(change, row)) for row in rows)


def mapped_dyson(law: Dyson, change: Callable[[Expr], Expr]) -> Dyson:
    """One law's part of the iteration; its unknowns keep their symbols."""
    return replace(
        law,
        r_transform=None if law.r_transform is None else change(law.r_transform),
        overlaps=mapped_block(law.overlaps, change),
        relation=tuple((change(c), word) for c, word in law.relation),
    )


def mapped_evidence(
    item: Evidence | MatrixEvidence,
    change: Callable[[Expr], Expr],
    change_law: Callable[[Dyson], Dyson],
    change_definition: Callable[[Definition], Definition],
) -> Evidence | MatrixEvidence:
    """The evidence of one class of resolvents."""
    match item:
        case MatrixEvidence():
            return replace(
                item,
                laws=tuple(map(change_law, item.laws)),
                propagators=mapped_block(item.propagators, change),
            )
        case Evidence():
            return replace(
                item,
                on_s=mapped_block(item.on_s, change),
                on_h=mapped_block(item.on_h, change),
                loops=mapped_block(item.loops, change),
                named=tuple(map(change_definition, item.named)),
            )
