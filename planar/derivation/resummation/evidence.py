"""Branch evidence: the ladder of each resolvent with its own adjoint."""

from __future__ import annotations

from sympy import Expr, I, Symbol

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Evidence, MatrixEvidence
from planar.derivation.resummation.kappa import kappa_cores
from planar.derivation.resummation.ladder import Ladder
from planar.derivation.resummation.one_point import Component, components
from planar.derivation.resummation.pattern import alternating, fits
from planar.derivation.resummation.relations import proportional
from planar.derivation.resummation.unknowns import OnePoint
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import Writer
from planar.derivation.resummation.written import Written
from planar.ensembles.law import Law
from planar.expression.pencil import Occurrence, Pencil
from planar.formulas.naming import named
from planar.formulas.quantities import Part
from planar.formulas.symbols import Conjugate, Deterministic
from planar.foundations.words import Letter, Word

__all__ = ["evidence"]


def evidence(formula: Written) -> tuple[Evidence | MatrixEvidence, ...]:
    """For each class of components the linear map whose eigenvalues give gamma(R, R*).

    The component and its adjoint are put side by side in a pencil of their own; the rungs and loops
    between them are those of any two-point function. Every scalar of the adjoint is a
    ``Conjugate``.
    """
    firsts: dict[int, Component] = {}
    for part in formula.stage.solved.ladder.parts:
        if part.one_point.unknowns:
            firsts.setdefault(part.one_point.index, part)
    found: list[Evidence | MatrixEvidence] = []
    for part in firsts.values():
        matrix = any(u.is_matrix or _analytic(u.law) for u in part.one_point.unknowns)
        found.append(_matrix_evidence(formula, part) if matrix else _evidence(formula, part))
    return tuple(found)


def _analytic(law: Law) -> bool:
    """Whether R is known as a function alone, so that its divided differences at equal points need
    its slope.
    """
    return law.relation() is None and law.atoms_and_weights() is None


def _matrix_evidence(formula: Written, part: Component) -> MatrixEvidence:
    """Propagators between the occurrences of a component, letter by letter as in its unknowns."""
    pencil, ladder = formula.stage.solved.pencil, formula.stage.solved.ladder
    laws = formula.dyson[part.one_point.index][0]
    names = [law.law.name for law in laws]
    inside = [
        o for name in names for o in part.occurrences if pencil.occurrences[o].letter.name == name
    ]
    occurrences = pencil.occurrences
    rows = tuple(
        tuple(
            formula.writer.matrix(
                ladder.propagator(occurrences[o].col, occurrences[p].row),
                (pencil.spaces[occurrences[o].col], pencil.spaces[occurrences[p].row]),
            )
            for p in inside
        )
        for o in inside
    )
    colours = tuple(
        bool(alternating(pencil, o) and occurrences[o].letter.transposed) for o in inside
    )
    return MatrixEvidence(tuple(laws), rows, colours)


def _evidence(formula: Written, part: Component) -> Evidence:
    problem = formula.stage.solved.problem
    fresh = Workspace(problem)
    doubled = _doubled(formula.stage.solved.pencil, part)
    ladder = Ladder(fresh, doubled, components(fresh, doubled))
    first, second = ladder.parts
    writer = Writer(fresh)
    _borrow(writer, formula.writer, part.one_point, first.one_point, adjoint=False)
    if second.one_point is not first.one_point:
        _borrow(writer, formula.writer, part.one_point, second.one_point, adjoint=True)
    pairs = [(o, p) for o in first.occurrences for p in second.occurrences if fits(doubled, o, p)]
    on_s, on_h, _ = ladder.laws(pairs)
    loops = ladder.loops(pairs)
    parts = {
        Part(-1, place): (generator.gens()[0], value)
        for place, (value, generator) in enumerate(fresh.short.items(), 1)
    }
    taken = (*problem.names, *(s.name for s in formula.stage.symbols.values()))
    symbols = named(parts, taken)
    writer.names.update({key: symbols[part] for part, (key, _) in parts.items()})
    inside = tuple(
        Definition(symbols[part], writer.plain(value), quantity=part)
        for part, (_, value) in parts.items()
    )
    on_s_block, on_h_block, loops_block = (
        tuple(tuple(writer.plain(value) for value in row) for row in rows)
        for rows in (on_s, on_h, loops)
    )
    rooted = any(u.law.alternating and not proportional(u.law) for u in part.one_point.unknowns)
    return Evidence(on_s_block, on_h_block, loops_block, inside, rooted)


def _borrow(
    writer: Writer, source: Writer, original: OnePoint, copy: OnePoint, *, adjoint: bool
) -> None:
    """Give the copy's unknowns and kappas the names of the original, conjugated and transposed for
    the adjoint.
    """

    def turned(expression: Expr) -> Expr:
        return conjugated(expression) if adjoint else expression

    for old, new in zip(original.unknowns, copy.unknowns, strict=True):
        for i, j in old.places:
            key, known = new.key(j, i) if adjoint else new.key(i, j), old.key(i, j)
            writer.names[key] = turned(source.names[known])
            if known.overlap in source.expansions:
                writer.expansions[key.overlap] = new.overlaps[0][0]
            elif known.overlap in source.names:
                writer.names[key.overlap] = turned(source.names[known.overlap])
    for old_core, new_core in zip(kappa_cores(original), kappa_cores(copy), strict=True):
        constants = dict(old_core.terms)[()], dict(new_core.terms)[()]
        writer.kappas[constants[1]] = turned(source.kappas[constants[0]])


def conjugated(expression: Expr) -> Expr:
    """The complex conjugate of a rational expression in symbols."""
    return expression.xreplace({**{s: Conjugate(s) for s in expression.atoms(Symbol)}, I: -I})


def _doubled(pencil: Pencil, part: Component) -> Pencil:
    """The component beside its adjoint: edges reversed, words conjugated and transposed, scalars
    conjugated.
    """
    result, place = Pencil(), dict[int, int]()
    for n in part.nodes:
        place[n] = result.node(pencil.spaces[n], pencil.diagonal[n])
    mirror = {
        n: result.node(pencil.spaces[n], tuple(_adjoint(w) for w in pencil.diagonal[n]))
        for n in part.nodes
    }
    for (i, j), terms in pencil.edges.items():
        if i in place and j in place:
            for weight in terms:
                result.edge(place[i], place[j], weight)
                result.edge(mirror[j], mirror[i], _adjoint(weight))
    inside = [pencil.occurrences[o] for o in part.occurrences]
    result.occurrences += [Occurrence(o.letter, place[o.row], place[o.col]) for o in inside]
    result.occurrences += [Occurrence(o.letter.T, mirror[o.col], mirror[o.row]) for o in inside]
    return result


def _adjoint(weight: tuple[Expr, Word]) -> tuple[Expr, Word]:
    coefficient, word = weight
    return conjugated(coefficient), tuple(_adjoint_letter(a) for a in reversed(word))


def _adjoint_letter(atom: object) -> Letter:
    assert isinstance(atom, Letter)
    symbol = atom.symbol
    if isinstance(symbol, Law) or (isinstance(symbol, Deterministic) and symbol.positive):
        return atom.T
    return atom.T.conjugate
