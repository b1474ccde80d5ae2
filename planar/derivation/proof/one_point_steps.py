"""The steps of the one-point theory: irreducible part, Dyson's equation, closed equations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planar.derivation.derive import Worked
from planar.derivation.equivalent import Dyson, Equivalent
from planar.derivation.proof.parts import Figure, Line, Step
from planar.derivation.proof.self_energies import (
    Given,
    r_series,
    self_energies,
    sizes_of_blocks,
    through_self_energies,
)
from planar.derivation.proof.spoken import letter_and_mate, spoken
from planar.formulas.chalk import symbol_chalk

__all__ = ["CLOSING", "MEANING", "one_point_steps"]

CLOSING, MEANING = "One-point equations", "Definitions"
"""Titles of the steps that display definitions: with random letters, and without."""

_LEGS = 9
"""Legs in all that a figure of blocks has room for."""


def one_point_steps(worked: Worked, dressed: tuple[Line, ...]) -> Iterator[Step]:
    """The steps inside the resolvents; ``dressed`` are the lines of Dyson's equation."""
    if not worked.equivalent.iteration:
        yield Step(MEANING, "The result is written in these quantities:")
        return
    energy = _energy(worked.equivalent)
    yield _irreducible_part(worked, energy)
    yield _dyson_equation(worked, dressed, energy)
    yield Step(CLOSING, "With the self-energies expressed through traces, these equations close:")


def _energy(equivalent: Equivalent) -> str:
    """How the self-energy is written in figures: a letter that the user does not hold."""
    taken = {symbol_chalk(x.name) for x in (*equivalent.letters, *equivalent.laws)}
    return next(name for name in ("Σ", "Π", "Ξ", "Υ") if name not in taken or name == "Υ")


def _irreducible_part(worked: Worked, energy: str) -> Step:
    given: Given = []
    s, h, *_ = spoken(worked.equivalent)
    return Step(
        "One-particle-irreducible part",
        "Cut every diagram of a resolvent where no block passes above the line. A piece that "
        "cannot be cut further is one block with dressed lines between its legs, so that these "
        f"pieces sum to `{s} = R({h})`: `R` is the R-transform of the ensemble, `{h}` the "
        "normalised trace of the dressed resolvent between two occurrences of its letter. Where a "
        f"letter has several occurrences in one resolvent, `{s}` and `{h}` are matrices between "
        "them.",
        (*r_series(worked), *self_energies(worked, given)),
        tuple(_block_figures(worked.equivalent.iteration, energy)),
        tuple(given),
    )


def _block_figures(iteration: Iterable[Dyson], energy: str) -> Iterator[Figure]:
    """The blocks of every law, in order of their names."""
    by_name: dict[str, Dyson] = {}
    for dyson in iteration:
        by_name.setdefault(dyson.law.name, dyson)
    for name in sorted(by_name):
        letter, mate = letter_and_mate(by_name[name])
        sizes, more = sizes_of_blocks(by_name[name])
        shown = tuple(n for k, n in enumerate(sizes) if k == 0 or sum(sizes[: k + 1]) <= _LEGS)
        yield Figure(
            "irreducible",
            f"The one-particle-irreducible part of `{letter}`: one block holds both ends; thick "
            "lines are dressed.",
            letter,
            mate,
            energy,
            sizes=shown,
            more=more or len(shown) < len(sizes),
        )


def _dyson_equation(worked: Worked, dressed: tuple[Line, ...], energy: str) -> Step:
    caption = (
        "Dyson's equation: the thick line is the dressed resolvent, the thin one the bare one."
    )
    return Step(
        "Dyson's equation",
        "A dressed resolvent is the geometric series of its irreducible pieces: its inverse is "
        "the deterministic part with every random letter replaced by its self-energy. Each is "
        "scaled so that its leading word has coefficient 1.",
        (*through_self_energies(worked), *dressed),
        (Figure("dyson", caption, energy=energy),),
    )
