"""The step between resolvents: rung and ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planar.derivation.definitions import Definition
from planar.derivation.derive import Worked
from planar.derivation.equivalent import Dyson
from planar.derivation.proof.first_lines import joint
from planar.derivation.proof.parts import Figure, Step
from planar.derivation.proof.rungs import live_rungs, rung_lines
from planar.derivation.proof.self_energies import Given, sizes_of_blocks
from planar.derivation.proof.spoken import letter_and_mate, spoken
from planar.formulas.quantities import of_rungs

__all__ = ["LADDER", "belongs_to_rungs", "ladder_steps"]

LADDER = "Rung and ladder"
"""Title of the step."""


def ladder_steps(worked: Worked) -> Iterator[Step]:
    """The step of the ladder; there is none where no rung joins two resolvents."""
    given: Given = []
    lines = tuple(rung_lines(worked, given))
    equations, systems = live_rungs(worked), worked.formula.stage.solved.ladder.systems
    has_rungs = bool(equations or systems)
    if not has_rungs and not any(map(belongs_to_rungs, worked.equivalent.definitions)):
        return
    letters = {letter for _, _, letter in systems}.union(*(e.letters for e in equations))
    figures = list(_rung_figures(worked.equivalent.iteration, letters))
    if has_rungs:
        caption = (
            "The summed ladder, hatched: what joins the resolvents, and one rung before the same "
            "again."
        )
        figures.append(Figure("ladder", caption, joint(worked.equivalent.target)))
    yield Step(LADDER, _reason(worked), lines, tuple(figures), tuple(given))


def _reason(worked: Worked) -> str:
    _, h, sigma, eta, gamma = spoken(worked.equivalent)
    return (
        f"Blocks with legs in two resolvents are rungs. A rung has the amplitude `{sigma}`, which "
        f"is the off-diagonal entry of `R({h})` between the resolvents, a divided difference of "
        f"`R` times the overlap `{eta}` there. That overlap holds what joins the resolvents and, "
        "once more, a rung: the equations are linear, and their geometric series is "
        f"`1/(1 - {gamma})`."
    )


def _rung_figures(iteration: tuple[Dyson, ...], letters: Iterable[str]) -> Iterator[Figure]:
    """The rung of every letter that has one."""
    by_name = {d.law.name: d for d in reversed(iteration) if d.law.name in letters}
    for dyson in by_name.values():
        letter, mate = letter_and_mate(dyson)
        sizes, more = sizes_of_blocks(dyson)
        caption = (
            f"The rung of `{letter}`: blocks with legs in both resolvents; thick lines are dressed."
        )
        sizes = tuple(n for n in sizes if n > 1)[:2]
        yield Figure("rung", caption, letter, mate, sizes=sizes, more=more)


def belongs_to_rungs(definition: Definition) -> bool:
    """Whether a definition is displayed with the rungs: an explicit quantity of theirs."""
    return of_rungs(definition.quantity) and not definition.implicit
