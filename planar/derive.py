"""The way from an expression to its deterministic equivalent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Expr, MatrixExpr, MatrixSymbol, Symbol

from planar.algebra.rational import Rational
from planar.algebra.words import WordSum
from planar.ensembles.law import Law
from planar.ensembles.notation import notation
from planar.equivalent import Equivalent
from planar.errors import PlanarError, ReadError
from planar.expression.names import aside, doubtful, put_aside, refuse_given, refuse_homonyms
from planar.expression.pencil import linearise
from planar.expression.sharing import shared
from planar.expression.signs import signed
from planar.expression.symbols import Deterministic, RandomLetter
from planar.expression.tree import Target, Tree, leaves, letters, read, shape
from planar.expression.values import dimensions_of
from planar.resummation.closure import Closure
from planar.resummation.evidence import evidence
from planar.resummation.ladder import Ladder
from planar.resummation.one_point import components
from planar.resummation.workspace import Workspace

__all__ = ["Worked", "derive", "worked_out"]


@dataclass(frozen=True)
class Worked:
    """A derivation with all that it was made of; ``sides`` are the equivalents of further trees, in the same names."""

    equivalent: Equivalent
    work: Workspace
    ladder: Ladder
    closure: Closure
    sides: tuple[MatrixExpr, ...]


def derive(expression: Expr, *, commuting: Iterable[tuple[Any, Any]] = (), vanishing: Iterable[Symbol] = ()) -> Equivalent:
    """The deterministic equivalent of a rational expression in free random and deterministic matrices.

    Symbols of ``vanishing`` are written through the renormalised ridges that they give, so that they may go to zero.
    """
    pairs = tuple((_name(a), _name(b)) for a, b in commuting)
    return worked_out(expression, pairs, tuple(vanishing)).equivalent


def worked_out(
    expression: Expr, commuting: tuple[tuple[str, str], ...], vanishing: tuple[Symbol, ...] = (), beside: Sequence[Tree] = ()
) -> Worked:
    """``derive`` with its workings; ``beside`` are trees whose equivalents are wanted too."""
    target = read(expression)
    symbols = letters(target)
    laws = tuple(s for s in symbols if isinstance(s, RandomLetter))
    for law in laws:
        if not isinstance(law, Law):
            raise PlanarError(f"the random letter {law.name} has no law.")
    _refuse_transposes(target)
    scalars = _scalars(target)
    refuse_homonyms(symbols, scalars)
    _refuse_own_names(expression, commuting, symbols, laws, scalars)
    work = Workspace(laws, commuting, _sizes(symbols))
    trees = list(dict.fromkeys([*target.trees, *beside]))
    pencil = signed(shared(linearise(trees)))
    ladder = Ladder(work, pencil, components(work, pencil))
    entries = {tree: ladder.propagator(*ends) for tree, ends in zip(trees, pencil.ends, strict=True)}
    matrix, scalar = _assembled(work, target, entries)
    closure = Closure(work, ladder, vanishing)
    rhs = closure.scalar(scalar) if target.shape is None else closure.matrix(matrix, target.shape)
    definitions = closure.definitions(rhs)
    dyson = [closure.formulas[c.index].dyson() for c in closure.classes]
    found = Equivalent(
        lhs=expression,
        rhs=rhs,
        definitions=definitions,
        target=target,
        letters=tuple(s for s in symbols if not isinstance(s, RandomLetter)),
        laws=laws,
        scalars=scalars,
        iteration=tuple(law for laws, _ in dyson for law in laws),
        named=tuple(d for _, named in dyson for d in named),
        auxiliary=tuple(closure.found),
        evidence=evidence(work, pencil, closure),
        commuting=commuting,
        closed=closure.is_closed,
        assumptions=_assumptions(symbols, laws, commuting),
    )
    return Worked(found, work, ladder, closure, tuple(closure.matrix(entries[tree], shape(tree)) for tree in beside))


def _refuse_transposes(target: Target) -> None:
    """A letter known by its R-transform alone says nothing of products with its own transpose."""
    for leaf in (x for tree in target.trees for x in leaves(tree)):
        if leaf.random and leaf.transposed and not leaf.symbol.alternating:
            raise PlanarError(
                f"cannot derive with {leaf.name}.T: {leaf.name} is not symmetric, and its law says nothing of {leaf.name} and "
                f"its transpose together; leave out symmetric=False where {leaf.name} is symmetric."
            )


def _refuse_own_names(
    expression: Expr,
    commuting: tuple[tuple[str, str], ...],
    symbols: Sequence[MatrixSymbol],
    laws: Sequence[Law],
    scalars: Sequence[Symbol],
) -> None:
    """A user's q beside the q = N/P of a Wishart matrix would be one with it: such names are refused.

    Which names the derivation gives is seen by deriving with the doubtful ones put aside.
    """
    own = doubtful(symbols, scalars)
    if not own:
        return
    pairs = tuple((aside(a), aside(b)) for a, b in commuting)
    found = worked_out(expression.xreplace({s: put_aside(s) for s in own}), pairs).equivalent
    given = {s.name: "" for written in notation(laws).values() for s in written.values() if isinstance(s, Symbol)}
    given |= {s.name: "" for part in found.iteration for row in part.entries for s in row if s is not None}
    given |= {d.symbol.name: d.meaning for d in (*found.named, *found.auxiliary, *found.definitions)}
    refuse_given(own, given)


def _sizes(symbols: Sequence[MatrixSymbol]) -> tuple[Symbol, ...]:
    """The dimensions, first the one over which most deterministic letters are square; ratios are written as it over them."""
    sizes = [s for x in symbols for d in dimensions_of(x) for s in sorted(d.atoms(Symbol), key=str)]
    square = [x.shape[0] for x in symbols if isinstance(x, Deterministic) and x.shape[0] == x.shape[1]]
    columns = [x.shape[1] for x in symbols if isinstance(x, RandomLetter)]
    ranked = sorted(dict.fromkeys(sizes), key=lambda d: (-square.count(d), -columns.count(d), d.name))
    return tuple(ranked)


def _name(letter: Any) -> str:
    name = getattr(letter, "name", None)
    if not isinstance(name, str):
        raise ReadError(f"commuting takes pairs of letters, got {letter!r}.")
    return name


def _assembled(work: Workspace, target: Target, entries: dict[Tree, WordSum]) -> tuple[WordSum, Rational]:
    """Terms put together; expectations of products of traces factorise to leading order."""
    matrix, scalar = work.algebra.sum(), work.field.zero
    for term in target.terms:
        value = work.scalar(term.coefficient)
        for tree in term.traces:
            value = value * work.trace(entries[tree], shape(tree)[0])
        if term.matrix is None:
            scalar += value
        else:
            matrix = matrix + entries[term.matrix].scale(value)
    return matrix, scalar


def _scalars(target: Target) -> tuple[Symbol, ...]:
    """The scalar symbols of an expression, dimensions left out, by name."""
    found: dict[Symbol, None] = {}

    def visit(tree: Tree) -> None:
        for coefficient, term in getattr(tree, "terms", ()):
            found.update(dict.fromkeys(coefficient.atoms(Symbol)))
            visit(term)
        for factor in getattr(tree, "factors", ()):
            visit(factor)
        if hasattr(tree, "argument"):
            visit(tree.argument)

    for term in target.terms:
        found.update(dict.fromkeys(term.coefficient.atoms(Symbol)))
        for tree in term.trees:
            visit(tree)
    for law in (s for s in letters(target) if isinstance(s, Law)):
        found.update(dict.fromkeys(law.parameters_in_law()))
    dimensions = {d for s in letters(target) for d in dimensions_of(s)} | {
        d for s in letters(target) for size in dimensions_of(s) for d in size.atoms(Symbol)
    }
    return tuple(sorted((s for s in found if s not in dimensions), key=lambda s: s.name))


def _assumptions(symbols: Iterable[MatrixSymbol], laws: Iterable[Law], commuting: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    lines = [f"{law.name}: {law.written()}" for law in laws]
    names = ", ".join(s.name for s in symbols if not isinstance(s, RandomLetter))
    free = ", ".join(law.name for law in laws)
    parts = ["each other"] * (free.count(",") > 0) + [f"the deterministic letters {names}"] * bool(names)
    if parts:
        lines.append(f"{free} free of {' and of '.join(parts)}")
    lines += [f"{s.name} is positive semidefinite" for s in symbols if isinstance(s, Deterministic) and s.positive]
    lines += [f"{a} and {b} commute" for a, b in commuting]
    return tuple(lines)
