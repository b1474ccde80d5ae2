"""The folder of a report: the page, the LaTeX, the figures, the kernel, the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step
from planar.foundations.errors import PlanarError
from planar.writing.drawing import svg
from planar.writing.drawing.figure import picture
from planar.writing.report.findings import TRIALS, Findings, collected
from planar.writing.report.page import page
from planar.writing.report.paper import pieces
from planar.writing.report.readers import Readers

__all__ = ["report"]


def report(
    folder: str | Path,
    equivalent: Equivalent,
    readers: Readers,
    steps: tuple[Step, ...],
    lines: str,
    values: Mapping[Any, Any] | None = None,
    *,
    trials: int = TRIALS,
    seed: int = 0,
) -> Path:
    """Write everything into a folder and return it.

    ``lines`` is the sentence on the lines of ``steps``; ``values`` are those of a check, by default
    ``readers.example()``. What planar refuses, diagrams of a product of traces or a kernel of an
    unspecified law, is left out and its reason stated.
    """
    place = _made(folder)
    findings = collected(equivalent, readers, steps, lines, values, trials=trials, seed=seed)
    (place / "figures").mkdir(exist_ok=True)
    (place / "latex").mkdir(exist_ok=True)
    for name, text in _files(findings):
        (place / name).write_text(text, encoding="utf-8")
    for name, part in (("density", findings.spectrum), ("curve", findings.comparison)):
        if part.value is not None:
            (place / "figures" / f"{name}.svg").write_text(part.value.svg, encoding="utf-8")
            part.value.plot.save(place / "latex" / f"{name}.pdf")
    return place


def _files(findings: Findings) -> Iterator[tuple[str, str]]:
    """Name and text of every file of text."""
    yield "index.html", page(findings)
    yield "evidence.txt", _evidence(findings)
    yield "formula.txt", f"{findings.text}\n"
    if findings.kernel.value is not None:
        yield "kernel.py", findings.kernel.value
    for name, text in pieces(findings).items():
        yield f"latex/{name}", text
    for number, figure in enumerate(chain.from_iterable(s.figures for s in findings.steps), 1):
        yield f"figures/step{number}-{figure.kind}.svg", svg(picture(figure))
    for gallery in findings.diagrams.value.drawn if findings.diagrams.value else ():
        yield f"figures/order{gallery.order}.svg", gallery.svg


def _evidence(findings: Findings) -> str:
    """All evidence as text."""
    certificate, verdict = findings.certificate, findings.verdict
    parts = [
        f"No certificate: {certificate.reason}"
        if certificate.value is None
        else str(certificate.value),
        findings.lines,
        findings.agreement.sentence,
        f"No sampling: {verdict.reason}" if verdict.value is None else str(verdict.value),
    ]
    plots = (findings.spectrum.value, findings.comparison.value)
    parts += [plotted.text for plotted in plots if plotted is not None]
    return "\n\n".join(parts) + "\n"


def _made(folder: str | Path) -> Path:
    if not isinstance(folder, str | Path):
        raise PlanarError(f"{folder!r} is not a valid folder; give its path.")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanarError(
            f"cannot write into {folder}: {error.strerror}; give the path of a folder."
        ) from None
    return Path(folder)
