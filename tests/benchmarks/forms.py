"""How long the formulas are beside those that people publish: ``python -m tests.benchmarks.forms``.

For every statement of ``derivations/`` and every expression of the tests: characters of the right
side and its definitions on the blackboard, beside the published form in the same printer (or the
one of ``human_forms.py``); definitions, and how many of them are implicit; points by which its
LaTeX is wider than a page and than a column. ``--json FILE`` writes the table as data.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from expressions import EVERY, theorems

import planar
from benchmarks.human_forms import FORMULAS, LENGTHS
from benchmarks.typeset_width import PDFLATEX, overfull
from derivations.theorem import Theorem, derived_once

WIDTHS = (6.3, 3.4)
"""Inches of a page and of one column of two."""
ALLOWED = 5.0
"""Points over the width that no reader sees."""


@dataclass(frozen=True)
class Form:
    """One derived formula in figures.

    ``written`` is the length of what people wrote, None where nothing is known; ``overfull`` the
    points over each of ``WIDTHS``, empty where pdflatex is missing.
    """

    name: str
    characters: int
    written: int | None
    definitions: int
    implicit: int
    closed: bool
    overfull: tuple[float, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Derived over written."""
        return None if self.written is None else self.characters / self.written


def characters(equivalent: planar.DeterministicEquivalent) -> int:
    """Characters of the right side and the definitions, without indents and the last remark.

    >>> from letters import F, H, z
    >>> characters(planar.derive(planar.resolvent(F + H, z)))  # (κ + F)⁻¹, κ = z - tr[(κ + F)⁻¹]
    31
    """
    right = str(equivalent).split("\n")[0].split(" ≃ ", 1)[1]
    return len("\n".join([right, *definitions(equivalent)]))


def definitions(equivalent: planar.DeterministicEquivalent) -> list[str]:
    """The printed definitions, those of degrees of freedom that only shorten others included."""
    lines = str(equivalent).split("\n")[1:]
    return [line.strip() for line in lines if not line.startswith("  (")]


@cache
def derived() -> dict[str, planar.DeterministicEquivalent]:
    """Every formula by its name: theorems, what other statements derive, the expressions."""
    known = dict[str, planar.DeterministicEquivalent]()
    for place, (name, statement) in enumerate(theorems().items()):
        _progress(f"derived {place} of {len(theorems())} statements, now {name}")
        own = isinstance(statement, Theorem)
        known |= {
            name if own else f"{name}.{k + 1}": equivalent
            for k, equivalent in enumerate(statement.derived())
        }
    for place, (name, expression) in enumerate(sorted(EVERY.items())):
        _progress(f"derived {place} of {len(EVERY)} expressions, now {name}")
        known[name] = derived_once(expression)
    return known


def written(name: str, equivalent: planar.DeterministicEquivalent) -> int | None:
    """Characters of the published form, or of the human one."""
    theorem = theorems().get(name)
    if isinstance(theorem, Theorem):
        return characters(theorem.restated(equivalent))
    lengths = [LENGTHS[name]] if name in LENGTHS else []
    if name in FORMULAS:
        lengths.append(characters(equivalent.restate(*FORMULAS[name]())))
    return min(lengths, default=None)


def form(name: str, equivalent: planar.DeterministicEquivalent) -> Form:
    """One formula in figures, LaTeX aside."""
    return Form(
        name,
        characters(equivalent),
        written(name, equivalent),
        len(definitions(equivalent)),
        sum(d.implicit for d in equivalent.definitions),
        equivalent.closed,
    )


def forms() -> list[Form]:
    """All of them, with their widths where pdflatex is there to measure them."""
    every = [form(name, equivalent) for name, equivalent in derived().items()]
    if PDFLATEX is None:
        _progress("widths are left out: pdflatex is not installed, see CONTRIBUTING")
        return every
    columns = []
    for inches in WIDTHS:
        _progress(f"pdflatex at {inches} inches")
        columns.append(overfull([e.latex(inches) for e in derived().values()], inches))
    return [replace(f, overfull=w) for f, w in zip(every, zip(*columns, strict=True), strict=True)]


def figures() -> dict[str, dict[str, float]]:
    """Lengths and definitions for the baseline: the same on every machine."""
    every = [form(name, equivalent) for name, equivalent in derived().items()]
    return {
        "characters": {f.name: f.characters for f in every},
        "definitions": {f.name: f.definitions for f in every},
    }


def summary(every: Sequence[Form]) -> Iterator[str]:
    """What the table comes to, line by line; theorems apart from the human forms."""
    for kind in ("theorems", "human forms"):
        group = [f for f in every if f.ratio and (f.name in theorems()) == (kind == "theorems")]
        ratios = sorted(f.ratio or 0.0 for f in group)
        worst = max(group, key=lambda f: f.ratio or 0.0)
        yield (
            f"{kind}: {len(ratios)}, median {median(ratios):.2f}, "
            f"{sum(r <= 1.05 for r in ratios)} within 1.05, {sum(r > 1.3 for r in ratios)} above "
            f"1.3, {sum(r > 2 for r in ratios)} above 2, worst {ratios[-1]:.1f} ({worst.name})"
        )
    yield f"no closed form: {sum(not f.closed for f in every)} of {len(every)}"
    for place, inches in enumerate(WIDTHS if every[0].overfull else ()):
        wide = [f.overfull[place] for f in every if f.overfull[place] > ALLOWED]
        yield (
            f"wider than {inches} inches by over {ALLOWED:g} pt: {len(wide)} of {len(every)}, "
            f"by {max(wide, default=0):.0f} pt at most"
        )


def table(every: Sequence[Form]) -> Table:
    """All formulas, worst first among those that people wrote, then the longest."""
    columns = ("formula", "characters", "written", "ratio", "definitions", "implicit", "closed")
    page = Table(*columns, *(f"over {inches} in, pt" for inches in WIDTHS))
    for f in sorted(every, key=lambda f: (-(f.ratio or 0.0), -f.characters, f.name)):
        page.add_row(
            f.name,
            str(f.characters),
            "" if f.written is None else str(f.written),
            "" if f.ratio is None else f"{f.ratio:.2f}",
            str(f.definitions),
            str(f.implicit),
            "" if f.closed else "no",
            *(f"{points:.0f}" if points > ALLOWED else "" for points in f.overfull),
        )
    return page


def as_data(every: Sequence[Form]) -> list[Mapping[str, object]]:
    """The table as plain data."""
    return [{**asdict(f), "ratio": f.ratio} for f in every]


def _progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and what it comes to."""
    parser = ArgumentParser(prog="python -m tests.benchmarks.forms")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as data there")
    asked = parser.parse_args(arguments)
    every = forms()
    console = Console(width=130)
    console.print(table(every))
    for line in summary(every):
        console.print(line)
    if asked.json is not None:
        text = json.dumps(as_data(every), indent=1, ensure_ascii=False) + "\n"
        asked.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
