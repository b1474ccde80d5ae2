"""Pages that need no network: KaTeX inside, formulas that read as text where no script runs."""

from planar.writing.html.typeset import KATEX, delimited, display, inline, scripts

__all__ = ["KATEX", "delimited", "display", "inline", "scripts"]
