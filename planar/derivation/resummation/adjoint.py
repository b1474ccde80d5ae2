"""A component beside its adjoint, in a pencil of their own."""

from __future__ import annotations

from sympy import Expr, I, Symbol

from planar.derivation.resummation.one_point import Component
from planar.ensembles.law import Law
from planar.expression.pencil import Occurrence, Pencil
from planar.formulas.symbols import Conjugate, Deterministic
from planar.foundations.words import Letter, Word

__all__ = ["adjoint_word", "conjugated", "doubled_pencil"]


def conjugated(expression: Expr) -> Expr:
    """The complex conjugate of a rational expression in symbols."""
    conjugates = {s: Conjugate(s) for s in expression.atoms(Symbol)}
    return expression.xreplace({**conjugates, I: -I})


def doubled_pencil(pencil: Pencil, part: Component) -> Pencil:
    """The component beside its adjoint.

    There edges are reversed, words conjugated and transposed, scalars conjugated.
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
    return conjugated(coefficient), adjoint_word(word)


def adjoint_word(word: Word) -> Word:
    """The adjoint of a word of letters; real ones are transposed alone."""
    return tuple(_adjoint_letter(atom) for atom in reversed(word))


def _adjoint_letter(atom: object) -> Letter:
    assert isinstance(atom, Letter)
    symbol = atom.symbol
    if isinstance(symbol, Law) or (isinstance(symbol, Deterministic) and symbol.positive):
        return atom.T
    return atom.T.conjugate
