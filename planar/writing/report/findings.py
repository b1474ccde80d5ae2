"""What a report says: each part with its value, or with the sentence why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step
from planar.diagrams import Diagram
from planar.evidence.check.verdict import Verdict
from planar.evidence.verify.certificate import Certificate
from planar.foundations.errors import PlanarError
from planar.writing.drawing import draw
from planar.writing.report.curves import Plotted, Sampled, along, one_point, spectrum

__all__ = ["Findings", "Gallery", "Orders", "Part", "Readers", "findings"]

ORDER, CERTIFIED = 4, 3
"""Diagrams are counted through the first order, and enumerated in the certificate through the
second, at least.
"""
SOME, LAST = 10, 8
"""Higher orders are taken until there are as many diagrams as this in all, up to the order that
follows.
"""
SHOWN, GALLERIES = 12, 3
"""No more diagrams of one order than these are drawn, and no more orders."""
WIDTH = 6.6
"""Inches of a gallery."""
SIZE, TRIALS = 40, 200

Made = TypeVar("Made")


class Readers(Sampled, Protocol):
    """What a report asks of the user's object beside the fields of the mute equivalent."""

    def diagrams(self, order: int) -> Iterator[Diagram]: ...

    def count_diagrams(self, order: int) -> int: ...

    def verify(self, order: int = ..., *, seed: int = ...) -> Certificate: ...

    def source(self, backend: str = ...) -> str: ...

    def example(self, size: int = ..., seed: int = ...) -> dict[Any, Any]: ...

    def check(
        self, values: Mapping[Any, Any], *, trials: int = ..., seed: int = ...
    ) -> Verdict: ...


@dataclass(frozen=True)
class Part(Generic[Made]):
    """One part of a report, or the reason why planar refuses it; the rest stands without it."""

    value: Made | None
    reason: str = ""

    @staticmethod
    def of(make: Callable[[], Made]) -> Part[Made]:
        """What is made, or planar's own sentence."""
        try:
            return Part(make())
        except PlanarError as error:
            return Part(None, str(error))


@dataclass(frozen=True)
class Gallery:
    """The first diagrams of one order, drawn: as ladders where there are two resolvents, else on
    one line.
    """

    order: int
    diagrams: tuple[Diagram, ...]
    svg: str

    @staticmethod
    def of(order: int, diagrams: tuple[Diagram, ...]) -> Gallery:
        """The gallery of these diagrams."""
        ladders = Part[str].of(lambda: draw(diagrams, layout="ladder", width=WIDTH))
        return Gallery(order, diagrams, ladders.value or draw(diagrams, width=WIDTH))


@dataclass(frozen=True)
class Orders:
    """How many planar diagrams there are at each order, and galleries of the first orders."""

    counts: tuple[int, ...]
    drawn: tuple[Gallery, ...]


@dataclass(frozen=True)
class Findings:
    """An equivalent with all that a report says of it.

    ``text`` is the equivalent in chalk, ``lines`` what is known of the lines of the derivation,
    ``values`` where the numbers were taken, ``chosen`` whether planar took them.
    """

    equivalent: Equivalent
    text: str
    steps: tuple[Step, ...]
    lines: str
    diagrams: Part[Orders]
    certificate: Part[Certificate]
    kernel: Part[str]
    values: Part[Mapping[Any, Any]]
    chosen: bool
    verdict: Part[Verdict]
    spectrum: Part[Plotted]
    comparison: Part[Plotted]
    seed: int


def findings(
    equivalent: Equivalent,
    readers: Readers,
    steps: tuple[Step, ...],
    lines: str,
    values: Mapping[Any, Any] | None = None,
    *,
    trials: int = TRIALS,
    seed: int = 0,
) -> Findings:
    """Everything that is found out once, before it is written in any format."""
    kernel = Part.of(readers.source)
    given = Part[Mapping[Any, Any]].of(
        lambda: readers.example(size=SIZE, seed=seed) if values is None else dict(values)
    )

    def sampled(make: Callable[[Mapping[Any, Any]], Made]) -> Part[Made]:
        """A part that needs the kernel and values for it."""
        if kernel.value is None or given.value is None:
            return Part(None, kernel.reason or given.reason)
        found = given.value
        return Part.of(lambda: make(found))

    return Findings(
        equivalent,
        str(readers),
        steps,
        lines,
        Part.of(lambda: _orders(readers)),
        Part.of(lambda: _certified(readers, seed)),
        kernel,
        given,
        values is None,
        sampled(lambda found: readers.check(one_point(found), trials=trials, seed=seed)),
        sampled(lambda found: spectrum(readers, one_point(found), seed)),
        sampled(lambda found: along(equivalent, readers, found, seed)),
        seed,
    )


def _certified(readers: Readers, seed: int) -> Certificate:
    """Through order three, or as far as it takes for some diagrams to be compared."""
    found = readers.verify(CERTIFIED, seed=seed)
    for order in range(CERTIFIED + 1, LAST + 1):
        if sum(row.diagrams for row in found.orders) >= SOME or len(found.orders) <= CERTIFIED:
            break
        longer = Part.of(partial(readers.verify, order, seed=seed))
        found = longer.value or found
    return found


def _orders(readers: Readers) -> Orders:
    counts = [readers.count_diagrams(0)]
    for order in range(1, LAST + 1):
        found = Part.of(partial(readers.count_diagrams, order))
        if found.value is None or (order > ORDER and sum(counts) >= SOME):
            break
        counts.append(found.value)
    shown = [
        n
        for n, count in enumerate(counts)
        if n and (0 < count <= SHOWN or (count and n <= CERTIFIED))
    ]
    return Orders(
        tuple(counts),
        tuple(Gallery.of(n, tuple(islice(readers.diagrams(n), SHOWN))) for n in shown[:GALLERIES]),
    )
