"""A shortening for one derivation: how its generators are spelled, and which are sources."""

from __future__ import annotations

from sympy import Expr

from planar.derivation.resummation.named import Named
from planar.derivation.resummation.scalar_writer import ScalarWriter
from planar.derivation.resummation.shortening.known import ideal_of
from planar.derivation.resummation.shortening.reading_cost import ReadingCost
from planar.derivation.resummation.shortening.search import Search
from planar.derivation.resummation.shortening.terms import Shortening
from planar.foundations.generators import Generator, Scalar, Trace
from planar.foundations.words import Core, Letter, Word

__all__ = ["shortening"]


def shortening(stage: Named, writer: ScalarWriter) -> Shortening:
    """What finds short forms of the scalars of a derivation."""

    def spelled(key: Generator) -> Expr:
        """A generator as it will be written; nothing is defined on the way."""
        if isinstance(key, Trace) and key.word in stage.degrees:
            return stage.symbols[stage.degrees[key.word]]
        return writer.generator(key)

    def is_source(key: Generator) -> bool:
        """Traces with what no resolvent holds, and scalars that no relation holds."""
        match key:
            case Trace(word):
                return _has_source(word)
            case Scalar():
                return key not in ideal.generators
            case _:
                return False

    ideal = ideal_of(stage, writer)
    cost = ReadingCost(spelled, writer.kappas, writer.monomials)
    return Shortening(Search(ideal, cost), cost, is_source)


def _has_source(word: Word) -> bool:
    """Whether a letter stands in the word that no resolvent of it holds."""
    inside = {x for atom in word if isinstance(atom, Core) for x in atom.letters}
    letters = (atom for atom in word if isinstance(atom, Letter))
    return any(x not in inside and x.T not in inside for x in letters)
