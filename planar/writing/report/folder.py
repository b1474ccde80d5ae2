"""The folder of a report: the page, the LaTeX, the figures, the kernel, the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step
from planar.foundations.errors import PlanarError
from planar.writing.drawing import svg
from planar.writing.drawing.figure import picture
from planar.writing.report.findings import TRIALS, Findings, Readers, findings
from planar.writing.report.page import page
from planar.writing.report.paper import pieces

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
    found = findings(equivalent, readers, steps, lines, values, trials=trials, seed=seed)
    (place / "figures").mkdir(exist_ok=True)
    (place / "latex").mkdir(exist_ok=True)
    for name, text in _files(found):
        (place / name).write_text(text, encoding="utf-8")
    for name, part in (("density", found.spectrum), ("curve", found.comparison)):
        if part.value is not None:
            (place / "figures" / f"{name}.svg").write_text(part.value.svg, encoding="utf-8")
            part.value.plot.save(place / "latex" / f"{name}.pdf")
    return place


def _files(found: Findings) -> Iterator[tuple[str, str]]:
    """Name and text of every file of text."""
    yield "index.html", page(found)
    yield "evidence.txt", _evidence(found)
    yield "formula.txt", f"{found.text}\n"
    if found.kernel.value is not None:
        yield "kernel.py", found.kernel.value
    yield from ((f"latex/{name}", text) for name, text in pieces(found).items())
    number = 0
    for step in found.steps:
        for figure in step.figures:
            number += 1
            yield f"figures/step{number}-{figure.kind}.svg", svg(picture(figure))
    for gallery in found.diagrams.value.drawn if found.diagrams.value else ():
        yield f"figures/order{gallery.order}.svg", gallery.svg


def _evidence(found: Findings) -> str:
    """All evidence as text."""
    certificate = found.certificate.value
    parts = [
        str(certificate)
        if certificate is not None
        else f"No certificate: {found.certificate.reason}",
        found.lines,
    ]
    verdict = found.verdict.value
    parts.append(str(verdict) if verdict is not None else f"No sampling: {found.verdict.reason}")
    parts += [
        part.value.text for part in (found.spectrum, found.comparison) if part.value is not None
    ]
    return "\n\n".join(parts) + "\n"


def _made(folder: str | Path) -> Path:
    if not isinstance(folder, str | Path):
        raise PlanarError(f"{folder!r} is no folder; give its path.")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlanarError(
            f"cannot write into {folder}: {error.strerror}; give the path of a folder."
        ) from None
    return Path(folder)
