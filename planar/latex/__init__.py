"""How an equivalent is written: LaTeX for papers, one line of chalk for the terminal."""

from planar.expression.chalk import chalk
from planar.latex.document import equations
from planar.latex.printer import latex
from planar.latex.proof import steps_document

__all__ = ["chalk", "equations", "latex", "steps_document"]
