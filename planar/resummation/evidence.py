"""Branch evidence: the ladder of each resolvent with its own adjoint."""

from __future__ import annotations

from sympy import Expr, I, Symbol

from planar.algebra.words import Letter, Word
from planar.ensembles.law import Law
from planar.equivalent import EVIDENCE, STAR, Definition, Evidence, MatrixEvidence
from planar.expression.pencil import Occurrence, Pencil
from planar.expression.symbols import Deterministic
from planar.resummation.closure import Closure
from planar.resummation.kappa import kappa_cores
from planar.resummation.ladder import Ladder
from planar.resummation.naming import Namer
from planar.resummation.one_point import Component, components
from planar.resummation.pattern import alternating, fits
from planar.resummation.relations import proportional
from planar.resummation.unknowns import OnePoint
from planar.resummation.workspace import Workspace

__all__ = ["evidence"]


def evidence(work: Workspace, pencil: Pencil, closure: Closure) -> tuple[Evidence | MatrixEvidence, ...]:
    """For each class of components the linear map whose eigenvalues give gamma(R, R*).

    The component and its adjoint are put side by side in a pencil of their own; the rungs and loops between them are those
    of any two-point function. Every scalar of the adjoint is a symbol that ends with a star.
    """
    found: list[Evidence | MatrixEvidence] = []
    done: list[OnePoint] = []
    for part in closure.ladder.parts:
        if part.one_point.unknowns and part.one_point not in done:
            done.append(part.one_point)
            matrix = any(u.is_matrix or _analytic(u.law) for u in part.one_point.unknowns)
            found.append(_matrix_evidence(pencil, part, closure) if matrix else _evidence(work, pencil, part, closure))
    return tuple(found)


def _analytic(law: Law) -> bool:
    """Whether R is known as a function alone, so that its divided differences at equal points need its slope."""
    return law.relation() is None and law.atoms_and_weights() is None


def _matrix_evidence(pencil: Pencil, part: Component, closure: Closure) -> MatrixEvidence:
    """Propagators between the occurrences of a component, letter by letter as in its unknowns."""
    laws = closure.formulas[part.one_point.index].dyson()[0]
    names = [law.law.name for law in laws]
    inside = [o for name in names for o in part.occurrences if pencil.occurrences[o].letter.name == name]
    occurrences = pencil.occurrences
    rows = tuple(
        tuple(
            closure.matrix(
                closure.ladder.propagator(occurrences[o].col, occurrences[p].row),
                (pencil.spaces[occurrences[o].col], pencil.spaces[occurrences[p].row]),
            )
            for p in inside
        )
        for o in inside
    )
    colours = tuple(bool(alternating(pencil, o) and occurrences[o].letter.transposed) for o in inside)
    return MatrixEvidence(tuple(laws), rows, colours)


def _evidence(work: Workspace, pencil: Pencil, part: Component, closure: Closure) -> Evidence:
    fresh = Workspace(tuple(work.laws.values()), work.commuting, work.sizes)
    doubled = _doubled(pencil, part)
    ladder = Ladder(fresh, doubled, components(fresh, doubled))
    first, second = ladder.parts
    namer = Namer(fresh)
    _borrow(namer, closure, part.one_point, first.one_point, "")
    if second.one_point is not first.one_point:
        _borrow(namer, closure, part.one_point, second.one_point, STAR)
    pairs = [(o, p) for o in first.occurrences for p in second.occurrences if fits(doubled, o, p)]
    on_s, on_h, _ = ladder.laws(pairs)
    loops = ladder.loops(pairs)
    for place, (_, generator) in enumerate(fresh.short.items()):
        namer.names[generator.gens()[0]] = Symbol(f"g_{place + 1}" + EVIDENCE)
    named = tuple(Definition(namer.names[g.gens()[0]], namer.plain(v)) for v, g in fresh.short.items())
    on_s_block, on_h_block, loops_block = (
        tuple(tuple(namer.plain(value) for value in row) for row in rows) for rows in (on_s, on_h, loops)
    )
    rooted = any(u.law.alternating and not proportional(u.law) for u in part.one_point.unknowns)
    return Evidence(on_s_block, on_h_block, loops_block, named, rooted)


def _borrow(namer: Namer, closure: Closure, original: OnePoint, copy: OnePoint, star: str) -> None:
    """Give the copy's unknowns and kappas the names of the original, starred and transposed for the adjoint."""

    for old, new in zip(original.unknowns, copy.unknowns, strict=True):
        for i, j in old.places:
            key, source = new.key(j, i) if star else new.key(i, j), old.key(i, j)
            namer.names[key] = _starred(closure.namer.names[source], star)
            overlap = ("overlap", *source[1:])
            if overlap in closure.namer.expansions:
                namer.expansions["overlap", *key[1:]] = new.overlaps[0][0]
            elif overlap in closure.namer.names:
                namer.names["overlap", *key[1:]] = _starred(closure.namer.names[overlap], star)
    for old_core, new_core in zip(kappa_cores(original), kappa_cores(copy), strict=True):
        constants = dict(old_core.terms)[()], dict(new_core.terms)[()]
        namer.kappas[constants[1]] = _starred(closure.namer.kappas[constants[0]], star)


def _starred(expression: Expr, star: str) -> Expr:
    """Every symbol marked as a complex conjugate."""
    return expression.xreplace({s: Symbol(s.name + star) for s in expression.atoms(Symbol)}) if star else expression


def _doubled(pencil: Pencil, part: Component) -> Pencil:
    """The component beside its adjoint: edges reversed, words conjugated and transposed, scalars starred."""
    result, place = Pencil(), dict[int, int]()
    for n in part.nodes:
        place[n] = result.node(pencil.spaces[n], pencil.diagonal[n])
    mirror = {n: result.node(pencil.spaces[n], tuple(_adjoint(w) for w in pencil.diagonal[n])) for n in part.nodes}
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
    stars = {s: Symbol(s.name + STAR) for s in coefficient.atoms(Symbol)}
    return coefficient.xreplace({**stars, I: -I}), tuple(_adjoint_letter(a) for a in reversed(word))


def _adjoint_letter(atom: object) -> Letter:
    assert isinstance(atom, Letter)
    symbol = atom.symbol
    if isinstance(symbol, Law) or (isinstance(symbol, Deterministic) and symbol.positive):
        return atom.T
    return atom.T.conjugate
