"""An equivalent on paper, on a page, in a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from planar.evidence.verify.carried import checked_in_words
from planar.interfaces.methods.proofs import Proofs
from planar.interfaces.methods.spectra import Spectra
from planar.writing.drawing import STYLE_BLOCK
from planar.writing.drawing.inline import inline_tikz
from planar.writing.latex import equations, steps_document
from planar.writing.latex.width import FULL_PAGE, characters
from planar.writing.plain_lines import as_python, blackboard
from planar.writing.report import report

__all__ = ["Pages"]


@dataclass(frozen=True, repr=False)
class Pages(Proofs, Spectra):
    """An equivalent with everything that is written of it."""

    def latex(self, width: float = FULL_PAGE) -> str:
        """The equivalent with its definitions in LaTeX.

        Parameters
        ----------
        width : float
            Text width in inches, at which lines are broken (default: 6.3; one column of a journal:
            3.4, where resolvents get names g and g').

        Returns
        -------
        str
            An ``align*`` environment.

        Raises
        ------
        PlanarError
            Where the width is not between 2 and 100 inches.
        """
        return equations(self, characters(width))

    def latex_steps(self, order: int = 2) -> str:
        """The derivation as a LaTeX document for pdflatex, with its figures.

        Parameters
        ----------
        order : int
            Number of random letters through which its lines are checked, as its last sentence says.

        Returns
        -------
        str
            A document that compiles as it stands.
        """
        derivation = self.steps
        sentence = checked_in_words(self, derivation, order)
        return steps_document(self, derivation, inline_tikz, STYLE_BLOCK, sentence)

    def report(
        self,
        folder: str | Path,
        values: Mapping[Any, Any] | None = None,
        *,
        trials: int = 200,
        seed: int = 0,
    ) -> Path:
        """Write a folder: ``index.html`` to read first, LaTeX, figures, kernel and evidence.

        The page needs no network. What cannot be had, such as a kernel of an unspecified law, is
        left out with its reason.

        Parameters
        ----------
        folder : str or Path
            Where to write.
        values : Mapping, optional
            As for `check`, by default an `example`; a scalar that is a list is the plot's axis.
        trials : int
            Number of samples of the Monte Carlo check (default: 200).
        seed : int
            Random seed of samples and example (default: 0).

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        PlanarError
            Where the folder cannot be written.
        """
        derivation = self.steps
        sentence = checked_in_words(self, derivation, 2)
        return report(folder, self, self, derivation, sentence, values, trials=trials, seed=seed)

    def __str__(self) -> str:
        return blackboard(self)

    def __repr__(self) -> str:
        return as_python(self)

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$".replace("align*", "aligned")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def __rich__(self) -> Any:
        head, *definitions = str(self).split("\n")
        text = Text(head, style="bold")
        for line in definitions:
            text.append("\n" + line, style="not bold")
        return text
