"""The last step of a derivation with the numbers of the lines that it puts together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step
from planar.writing.latex.display import plain_rows
from planar.writing.latex.document import shortened

__all__ = ["with_sources"]


def with_sources(equivalent: Equivalent, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, where the reason of the result names its lines.

    These are the dressed resolvents and the equations of the ladder. Steps of a limit stay as they
    are.
    """
    *earlier, last = steps
    if equivalent.limits or not _is_result(equivalent, last):
        return steps
    dressed, ladder = list[int](), list[int]()
    for step, numbers in zip(earlier, _numbers(equivalent, earlier), strict=True):
        kinds = {figure.kind for figure in step.figures}
        numbered = list(zip(numbers, step.lines, strict=False))
        if "dyson" in kinds:
            dressed += [number for number, line in numbered if line.kind == "expectation"]
        elif kinds & {"rung", "ladder"}:
            ladder += [number for number, _ in numbered]
    return (*earlier, replace(last, reason=_reason(dressed, ladder)))


def _is_result(equivalent: Equivalent, step: Step) -> bool:
    return [line.left for line in step.lines] == [equivalent.lhs]


def _numbers(equivalent: Equivalent, steps: Sequence[Step]) -> Iterator[range]:
    """The numbers of the lines of each step, its own first, then the names that shorten them."""
    last = 0
    for step in steps:
        plain = plain_rows(equivalent, step.lines)
        names = len(shortened(plain, equivalent)) - len(plain) if plain else 0
        first, last = last + 1, last + len(step.lines) + names
        yield range(first, last + 1)


def _reason(dressed: Sequence[int], ladder: Sequence[int]) -> str:
    """Which lines are put together.

    >>> _reason([12, 13], range(19, 24))
    'Put together, the dressed resolvents (12), (13) and the ladder (19) to (23) give:'
    >>> _reason([8], [])
    'Put together, the dressed resolvent (8) gives:'
    """
    subjects = list[str]()
    if dressed:
        plural = "s" * (len(dressed) > 1)
        subjects.append(f"the dressed resolvent{plural} {', '.join(f'({n})' for n in dressed)}")
    if ladder:
        first, last = ladder[0], ladder[-1]
        subjects.append(f"the ladder ({first})" + f" to ({last})" * (last > first))
    if not subjects:
        return "Put together, the diagrams give:"
    verb = "give" if len(dressed) > 1 or len(subjects) > 1 else "gives"
    return f"Put together, {' and '.join(subjects)} {verb}:"
