"""What a report says: each part with its value, or with the sentence why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step
from planar.evidence.agreement.agreement import Agreement
from planar.evidence.check.verdict import Verdict
from planar.evidence.verify.certificate import Certificate
from planar.writing.report.curves import Plotted, along, has_spectrum, one_point, spectrum
from planar.writing.report.diagram_orders import CERTIFIED, ENOUGH, LAST, Orders, counted
from planar.writing.report.part import Made, Part
from planar.writing.report.readers import Readers
from planar.writing.report.sources import with_sources

__all__ = ["TRIALS", "Findings", "collected"]

SIZE, TRIALS = 40, 200


@dataclass(frozen=True)
class Findings:
    """An equivalent with all that a report says of it.

    ``text`` is the equivalent as plain text, ``lines`` what is known of the lines of the
    derivation, ``agreement`` whether the kernel gives the planar value, ``values`` where the
    numbers were taken, ``chosen`` whether planar took them. A ``spectrum`` without a value and
    without a reason is one that the expression does not have.
    """

    equivalent: Equivalent
    text: str
    steps: tuple[Step, ...]
    lines: str
    diagrams: Part[Orders]
    certificate: Part[Certificate]
    agreement: Agreement
    kernel: Part[str]
    values: Part[Mapping[Any, Any]]
    chosen: bool
    verdict: Part[Verdict]
    spectrum: Part[Plotted]
    comparison: Part[Plotted]
    seed: int


def collected(
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
        return Part.of(partial(make, given.value))

    return Findings(
        equivalent,
        str(readers),
        with_sources(equivalent, steps),
        lines,
        Part.of(lambda: counted(readers)),
        Part.of(lambda: _certified(readers, seed)),
        readers.certificate,
        kernel,
        given,
        values is None,
        sampled(lambda point: readers.check(one_point(point), trials=trials, seed=seed)),
        sampled(lambda point: spectrum(readers, one_point(point), seed))
        if has_spectrum(readers)
        else Part(None),
        sampled(lambda point: along(equivalent, readers, point, seed)),
        seed,
    )


def _certified(readers: Readers, seed: int) -> Certificate:
    """Through order three, or as far as it takes for some diagrams to be compared."""
    certificate = readers.verify(CERTIFIED, seed=seed)
    for order in range(CERTIFIED + 1, LAST + 1):
        enough = sum(row.diagrams for row in certificate.orders) >= ENOUGH
        if enough or len(certificate.orders) <= CERTIFIED:
            break
        longer = Part.of(partial(readers.verify, order, seed=seed))
        certificate = longer.value or certificate
    return certificate
