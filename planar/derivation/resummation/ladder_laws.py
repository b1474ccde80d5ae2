"""The laws between components: affine in the unknown rungs S and in the overlaps H there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from planar.derivation.resummation.arrangement import Arrangement
from planar.derivation.resummation.gauss_jordan import Rows
from planar.derivation.resummation.one_point import Component
from planar.derivation.resummation.pattern import fits
from planar.derivation.resummation.relations import overlap_of, proportional, residual
from planar.derivation.resummation.workspace import Workspace
from planar.ensembles.law import Law
from planar.foundations.generators import Rung, only
from planar.foundations.rational import Rational

__all__ = ["LadderLaws"]

Entry = Callable[[int, int], Rational]


class LadderLaws:
    """The law of a letter between two of its occurrences, wherever they lie.

    ``overlap`` and ``self_energy`` give the entries of H and S that are known.
    """

    def __init__(
        self,
        work: Workspace,
        arrangement: Arrangement,
        parts: Sequence[Component],
        overlap: Entry,
        self_energy: Entry,
    ) -> None:
        self.work, self.arrangement, self.parts = work, arrangement, parts
        self.pencil, self.home, self.inner = (
            arrangement.pencil,
            arrangement.home,
            arrangement.inner,
        )
        self.overlap, self.self_energy = overlap, self_energy

    def on_pairs(self, pairs: list[tuple[int, int]]) -> tuple[Rows, Rows, list[Rational]]:
        """What the laws say of the pairs: ``M_S S + M_H H + c = 0``."""
        zero = self.work.field.zero
        on_s, on_h, constants = [], [], []
        for o, p in pairs:
            slopes, constant = self.affine(o, p)
            on_s.append([slopes.get(Rung("S", x, y), zero) for x, y in pairs])
            on_h.append([slopes.get(Rung("H", x, y), zero) for x, y in pairs])
            constants.append(constant)
        return on_s, on_h, constants

    def affine(self, o: int, p: int) -> tuple[dict[Rung, Rational], Rational]:
        """The law's residual at (o, p) as an affine function: coefficients, constant."""
        work, total = self.work, self.residual(o, p)
        tied = set(self.arrangement.group(o, p))
        keys = [k for k in only(total, Rung) if (k.left, k.right) in tied]
        zeros: dict[Rung, Rational] = dict.fromkeys(keys, work.field.zero)
        constant = total.subs(zeros)
        slopes = {}
        for key in keys:
            others: dict[Rung, Rational] = {k: v for k, v in zeros.items() if k != key}
            slopes[key] = total.subs({**others, key: work.field.one}) - constant
        return slopes, constant

    def residual(self, o: int, p: int) -> Rational:
        """The residual of the law between o and p, unknown entries of S and H as generators."""
        work, arrangement = self.work, self.arrangement
        law = work.laws[arrangement.letter(o)]
        chain = arrangement.chain(o, p)
        h_is_unknown = o in self.inner and p in self.inner
        unknown = dict.fromkeys(arrangement.group(o, p))
        place = {x: i for i, x in enumerate(chain)}

        def entry(kind: Literal["S", "H"], i: int, j: int) -> Rational:
            x, y = chain[i], chain[j]
            if x != y and not fits(self.pencil, x, y):
                return work.field.zero
            if (x, y) in unknown and (kind == "S" or h_is_unknown):
                return work.field.gen(Rung(kind, x, y))
            if kind == "H":
                return self._known_overlap(law, x, y)
            if place[x] > place[y] and not arrangement.are_mates(x, y):
                return work.field.zero
            return self.self_energy(x, y)

        return residual(
            work,
            law,
            range(len(chain)),
            lambda i, j: entry("S", i, j),
            lambda i, j: entry("H", i, j),
            (0, len(chain) - 1),
        )

    def _known_overlap(self, law: Law, x: int, y: int) -> Rational:
        """H_xy, inside a component in the form that is shortest."""
        inside = x in self.inner and (x == y or self.arrangement.are_mates(x, y))
        short = self._short_overlap(law, x, y) if inside else None
        return self.overlap(x, y) if short is None else short

    def _short_overlap(self, law: Law, x: int, y: int) -> Rational | None:
        """H_xy inside a component through S, or under its name h; None where neither is shorter."""
        part = self.parts[self.home[self.pencil.occurrences[x].row]]
        if (x, y) not in part.self_energy:
            return self.work.field.zero
        unknown = next(u for u in part.one_point.unknowns if u.law == law)
        roles = part.roles[x], part.roles[y]
        i, j = reversed(roles) if part.transposed else roles
        if unknown.is_matrix and not proportional(law):
            return self.work.field.gen(unknown.key(i, j).overlap)
        if law.atoms_and_weights() is not None:
            return self.work.field.gen(unknown.key(i, j).overlap)
        return overlap_of(self.work, law, unknown.entries, i, j, part.one_point.free)
