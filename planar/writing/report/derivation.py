"""The steps of a derivation in HTML, for a page and for a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from planar.derivation.equivalent import Equivalent
from planar.derivation.proof import Step
from planar.writing.drawing import svg
from planar.writing.drawing.figure import picture
from planar.writing.html import delimited
from planar.writing.report.formula_rows import rows
from planar.writing.report.html_text import aligned, prose

__all__ = ["Steps", "captioned", "derivation"]


class Steps(tuple[Step, ...]):
    """The steps in their order; in a notebook they are shown as the derivation that they are."""

    equivalent: Equivalent

    def __new__(cls, equivalent: Equivalent, steps: Iterable[Step]) -> Steps:
        self = super().__new__(cls, steps)
        self.equivalent = equivalent
        return self

    def __getnewargs__(self) -> tuple[Equivalent, tuple[Step, ...]]:
        return self.equivalent, tuple(self)

    def _repr_html_(self) -> str:
        page = delimited(derivation(self.equivalent, self))
        return f'{_STYLE}<div class="planar-steps">{page}</div>'


_FIGURE = "background: #fff; color: #111; text-align: center; margin: .6rem 0; padding: .4rem;"
_LINE = "display: flex; justify-content: space-between; align-items: center; max-width: 52rem;"
_STYLE = f"""<style>
.planar-steps figure {{ {_FIGURE} }}
.planar-steps .line {{ {_LINE} }}
</style>"""


def derivation(equivalent: Equivalent, steps: Iterable[Step]) -> str:
    """Each step with its reason, figures and numbered lines."""
    parts, number, figures = list[str](), 0, 0
    for place, step in enumerate(steps):
        parts += [f"<h3>{place + 1}. {escape(step.title)}</h3>", f"<p>{prose(step.reason)}</p>"]
        for figure in step.figures:
            figures += 1
            parts.append(captioned(svg(picture(figure)), f"Figure {figures}. {figure.caption}"))
        for row in rows(equivalent, step):
            number += 1
            shown = aligned(row.lines, row.text)
            label = f'<span class="number">({number})</span>'
            parts.append(f'<div class="line">{shown}{label}</div>')
    return "\n".join(parts)


def captioned(drawn: str, caption: str) -> str:
    """A drawing over what it shows."""
    return f"<figure><div>{drawn}</div><figcaption>{prose(caption)}</figcaption></figure>"
