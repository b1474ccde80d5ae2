"""How an equivalent is written: LaTeX for papers, one line of plain text for the terminal."""

from planar.formulas.chalk import chalk
from planar.formulas.latex import latex
from planar.writing.latex.document import equations
from planar.writing.latex.proof import steps_document

__all__ = ["chalk", "equations", "latex", "steps_document"]
