"""Derivation, diagrams and exact verification of an equivalent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planar.derivation.equivalent import Equivalent
from planar.derivation.expanded import count_of, diagrams_of
from planar.derivation.proof import steps
from planar.diagrams import Diagram
from planar.evidence.verify.carried import checked_steps, verified
from planar.evidence.verify.certificate import Certificate
from planar.evidence.verify.lines import CheckedLines
from planar.foundations.errors import TooLargeError
from planar.writing.report import Steps

__all__ = ["Proofs"]

_MOST_LETTERS = 180
"""Random letters of a diagram: their partitions are counted interval by interval, n^3 of them."""
_MOST_STEPS = 50
"""Terms of the series in which every line of a derivation is expanded."""
_MOST_TERMS = 10_000
"""Terms of one series, which is all there is where no letter is random."""


@dataclass(frozen=True, repr=False)
class Proofs(Equivalent):
    """An equivalent with its derivation, its diagrams and its exact certificate."""

    @property
    def steps(self) -> Steps:
        """The derivation as data: each step with its title, reason, displayed lines and figures.

        A notebook shows it as a derivation, typeset and with its figures.
        """
        return Steps(self, steps(self))

    def verify_steps(self, order: int = 3, *, seed: int = 0) -> CheckedLines:
        """Check every displayed line of ``steps`` in exact arithmetic.

        Lines are identities of words, enumerated planar sums, or series of equations. Of a limit,
        the lines that lead to it are checked; the limit itself is not a series.

        Parameters
        ----------
        order : int
            Number of random letters through which series are compared (default: 3).
        seed : int
            Seed of the random rational matrices (default: 0).

        Returns
        -------
        CheckedLines
            True where all lines agree, with the evidence of each.

        Raises
        ------
        TooLargeError
            Where that takes too many diagrams.
        PlanarError
            Where something has no formal series.
        """
        _refuse_long(order, _MOST_STEPS)
        return checked_steps(self, self.steps, order, seed=seed)

    def diagrams(self, order: int) -> Iterator[Diagram]:
        """The planar diagrams with ``order`` random letters, each with weight and value.

        Parameters
        ----------
        order : int
            Number of random letters.

        Yields
        ------
        Diagram
            A walk with a non-crossing partition of its random letters, in canonical order.

        Raises
        ------
        TooLargeError
            Where there are too many to enumerate; the message has their number.
        PlanarError
            Where the expression multiplies traces.
        """
        _refuse_long(order, _MOST_LETTERS)
        return diagrams_of(self, order)

    def count_diagrams(self, order: int) -> int:
        """The number of planar diagrams with ``order`` random letters.

        Parameters
        ----------
        order : int
            Number of random letters.

        Returns
        -------
        int
            Their number; diagrams are counted without being enumerated one by one.
        """
        _refuse_long(order, _MOST_LETTERS)
        return count_of(self, order)

    def verify(self, order: int = 4, *, seed: int = 0) -> Certificate:
        """Exact certificate: the enumerated planar sum equals the series of the closed form.

        Small rational matrices stand for the deterministic letters and rationals for the ratios.

        Parameters
        ----------
        order : int
            Number of random letters through which both are compared (default: 4).
        seed : int
            Seed of the rational matrices (default: 0).

        Returns
        -------
        Certificate
            True where all orders agree, with both sides order by order.

        Raises
        ------
        PlanarError
            Of a limit, which has no series.
        Ungraded
            Where no symbol carries the orders and the formula is not the derived one.
        TooLargeError
            Where there are too many diagrams.
        """
        _refuse_long(order, _MOST_TERMS)
        return verified(self, order, seed=seed)


def _refuse_long(order: object, most: int) -> None:
    """Refuse an order whose words or series alone would fill the memory."""
    if isinstance(order, int) and order > most:
        raise TooLargeError(f"order {order} is out of reach; take one of at most {most}.")
