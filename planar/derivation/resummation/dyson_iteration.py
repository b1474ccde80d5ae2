"""The Dyson iteration of one class of resolvents: S <- R(H), and what is named in terms of S."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import Dummy, Expr, Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Dyson
from planar.derivation.resummation.kappa import constant_of
from planar.derivation.resummation.named import Named
from planar.derivation.resummation.resolvents import ResolventNames
from planar.derivation.resummation.unknowns import Unknown
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import Writer
from planar.formulas.quantities import Quantity
from planar.foundations.generators import SelfEnergy
from planar.foundations.rational import Rational

__all__ = ["dyson_iteration", "resting"]


def dyson_iteration(
    stage: Named, names: ResolventNames, kappas: Mapping[Rational, Symbol]
) -> tuple[list[Dyson], list[Definition]]:
    """S <- R(H) with every S a symbol of its own, and kappa, S and the like as functions of these.

    ``kappas`` are the symbols of the ridges, by the constants of their cores.
    """
    states = {key: stage.symbols[state] for key, state in names.states.items()}
    writer = Writer()
    writer.names.update(states.items())
    definitions: list[Definition] = []

    def add(quantity: Quantity, expr: Expr) -> None:
        definitions.append(Definition(stage.symbols[quantity], expr, quantity=quantity))

    ridge = next((stage.chains[key].before for key in names.chain), None)
    for key, link in names.chain.items():
        ridge = ridge / states[key]
        add(link, ridge)
    for core, kappa in names.ridges.items():
        if not names.chain:
            add(kappa, writer.plain(constant_of(core)))
        writer.kappas[constant_of(core)] = kappas[constant_of(core)]
    for key, printed in names.printed.items():
        if printed.inverted:
            add(printed, 1 / states[key])
    for key_of_part, (part, value) in names.parts.items():
        writer.names[key_of_part] = stage.symbols[part]
        add(part, writer.plain(value))
    unknowns = [u for u in names.one_point.unknowns if u.places]
    return [_law(stage.work, unknown, writer, states) for unknown in unknowns], definitions


def resting(stage: Named, names: ResolventNames) -> list[Dyson]:
    """The laws of letters without a self-energy, as of a Ginibre letter without its transpose.

    Nothing is iterated for them, but they have rungs between a resolvent and its adjoint.
    """
    unknowns = [u for u in names.one_point.unknowns if not u.places]
    return [_law(stage.work, unknown, Writer(), {}) for unknown in unknowns]


def _law(
    work: Workspace, unknown: Unknown, writer: Writer, states: Mapping[SelfEnergy, Symbol]
) -> Dyson:
    law, z = unknown.law, Dummy("z")
    r = law.r_transform(z)
    overlaps = tuple(tuple(map(writer.plain, row)) for row in unknown.overlaps)
    return Dyson(
        law=law,
        r_transform=None if r is None else work.law_scalar(law.name, r),
        argument=z,
        entries=_entries(unknown, states),
        overlaps=overlaps,
        relation=tuple((work.law_scalar(law.name, c), word) for c, word in law.relation() or ()),
    )


def _entries(
    unknown: Unknown, states: Mapping[SelfEnergy, Symbol]
) -> tuple[tuple[Symbol | None, ...], ...]:
    """The unknown symbols S_ij, None where an entry is zero."""
    rows: list[list[Symbol | None]] = [[None] * unknown.size for _ in range(unknown.size)]
    for i, j in unknown.places:
        rows[i][j] = states[unknown.key(i, j)]
    return tuple(map(tuple, rows))
