"""Branch evidence: the ladder of each resolvent with its own adjoint."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sympy import Expr, MatrixExpr, S

from planar.derivation.definitions import Definition
from planar.derivation.equivalent import Block, Evidence, MatrixEvidence
from planar.derivation.resummation.adjoint import adjoint_word, conjugated, doubled_pencil
from planar.derivation.resummation.dyson_iteration import resting
from planar.derivation.resummation.gauss_jordan import Rows
from planar.derivation.resummation.kappa import constant_of, kappa_cores
from planar.derivation.resummation.ladder import Ladder
from planar.derivation.resummation.one_point import Component, components
from planar.derivation.resummation.pattern import alternating, fitting_pairs
from planar.derivation.resummation.relations import proportional
from planar.derivation.resummation.unknowns import OnePoint
from planar.derivation.resummation.workspace import Workspace
from planar.derivation.resummation.writer import Writer
from planar.derivation.resummation.written import Written
from planar.ensembles.law import Law
from planar.formulas.naming import named
from planar.formulas.quantities import Part
from planar.foundations.rational import Rational
from planar.foundations.words import Core, Letter, Word

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
    return tuple(_of_component(formula, part) for part in firsts.values())


def _of_component(formula: Written, part: Component) -> Evidence | MatrixEvidence:
    if any(u.is_matrix or _analytic(u.law) for u in part.one_point.unknowns):
        return _matrix_evidence(formula, part)
    return _evidence(formula, part)


def _analytic(law: Law) -> bool:
    """Whether R is known only as a function.

    Its divided differences at equal points then need its slope.
    """
    return law.relation() is None and law.atoms_and_weights() is None


def _matrix_evidence(formula: Written, part: Component) -> MatrixEvidence:
    """Propagators between the occurrences of a component, letter by letter as in its unknowns."""
    pencil, ladder = formula.stage.solved.pencil, formula.stage.solved.ladder
    stage, index = formula.stage, part.one_point.index
    names = next(n for n in stage.resolvents if n.one_point.index == index)
    laws = [*formula.dyson[index][0], *resting(stage, names)]
    occurrences = pencil.occurrences
    inside: list[int] = []
    for law in laws:
        inside += [o for o in part.occurrences if occurrences[o].letter.name == law.law.name]

    def between(o: int, p: int) -> MatrixExpr:
        behind, before = occurrences[o].col, occurrences[p].row
        shape = (pencil.spaces[behind], pencil.spaces[before])
        return formula.writer.matrix(ladder.propagator(behind, before), shape, shortest=False)

    rows = tuple(tuple(map(partial(between, o), inside)) for o in inside)
    transposed = tuple(
        bool(alternating(pencil, o) and occurrences[o].letter.transposed) for o in inside
    )
    return MatrixEvidence(tuple(laws), rows, transposed)


def _evidence(formula: Written, part: Component) -> Evidence:
    fresh = Workspace(formula.stage.solved.problem)
    doubled = doubled_pencil(formula.stage.solved.pencil, part)
    ladder = Ladder(fresh, doubled, components(fresh, doubled))
    first, second = ladder.parts
    writer = Writer()
    _borrow(writer, formula.writer, part.one_point, first.one_point, adjoint=False)
    if second.one_point is not first.one_point:
        _borrow(writer, formula.writer, part.one_point, second.one_point, adjoint=True)
    pairs = fitting_pairs(doubled, first.occurrences, second.occurrences)
    on_s, on_h, _ = ladder.laws.on_pairs(pairs)
    loops = ladder.loops(pairs)
    parts = _named_parts(formula, fresh, writer)
    return Evidence(
        on_s=_block(writer, on_s),
        on_h=_block(writer, on_h),
        loops=_block(writer, loops),
        named=parts,
        rooted=any(u.law.alternating and not proportional(u.law) for u in part.one_point.unknowns),
    )


def _named_parts(formula: Written, fresh: Workspace, writer: Writer) -> tuple[Definition, ...]:
    """Definitions of the long values of the evidence; the writer learns their names."""
    parts = {
        Part(-1, place): (generator.gens()[0], value)
        for place, (value, generator) in enumerate(fresh.short.items(), 1)
    }
    stage = formula.stage
    taken = (*stage.solved.problem.names, *(s.name for s in stage.symbols.values()))
    symbols = named(parts, taken)
    writer.names.update({key: symbols[part] for part, (key, _) in parts.items()})
    return tuple(
        Definition(symbols[part], writer.plain(value), quantity=part)
        for part, (_, value) in parts.items()
    )


def _block(writer: Writer, rows: Rows) -> Block:
    """A matrix of scalars, written."""
    return tuple(tuple(map(writer.plain, row)) for row in rows)


def _borrow(
    writer: Writer, source: Writer, original: OnePoint, copy: OnePoint, *, adjoint: bool
) -> None:
    """Give the copy's unknowns and kappas the names of the original.

    For the adjoint they are conjugated and transposed.
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
    remaining = kappa_cores(copy)
    for core in kappa_cores(original):
        mirrored = _mirrored(core) if adjoint else dict(core.terms)
        partner = next((c for c in remaining if _same_words(dict(c.terms), mirrored)), remaining[0])
        remaining.remove(partner)
        known = turned(source.kappas[constant_of(core)])
        writer.kappas[constant_of(partner)] = _ratio(dict(partner.terms), mirrored) * known


def _mirrored(core: Core) -> dict[Word, Rational]:
    """The terms of the adjoint core before it is scaled; words that hold cores stay as they are."""
    terms = {}
    for word, coefficient in core.terms:
        plain = all(isinstance(atom, Letter) for atom in word)
        terms[adjoint_word(word) if plain else word] = coefficient
    return terms


def _same_words(terms: Mapping[Word, Rational], others: Mapping[Word, Rational]) -> bool:
    return set(filter(None, terms)) == set(filter(None, others))


def _ratio(scaled: Mapping[Word, Rational], mirrored: Mapping[Word, Rational]) -> Expr:
    """By which number scaling multiplied a core: -1 where kappa + L became kappa - L, else 1."""
    for word, coefficient in mirrored.items():
        if word and word in scaled:
            ratio = scaled[word].constant_value() / coefficient.constant_value()
            return S(ratio.numerator) / ratio.denominator
    return S.One
