"""The conditions that can break, each named after what was violated."""

from __future__ import annotations

import re
from typing import Self

__all__ = [
    "BranchError",
    "CertificateError",
    "DeclarationError",
    "NoPowerError",
    "PlanarError",
    "ReadError",
    "ShapeError",
    "SpectralError",
    "TooLargeError",
    "Ungraded",
    "ValueMissing",
]


_EXPRESSION, _SCREEN = 240, 600
"""Characters of an expression that a message quotes, and of a message, which a screen holds."""


def _of_a_screen(message: str) -> str:
    """A message whose quoted expressions, and which itself, lose their middle where too long."""
    quoted = re.sub(r"`[^`]+`", lambda part: _cut(part[0], _EXPRESSION), message)
    return _cut(quoted, _SCREEN)


def _cut(text: str, most: int) -> str:
    """A text without its middle where it has more characters than that."""
    return text if len(text) <= most else f"{text[: 2 * most // 3 - 6]} ... {text[-(most // 3) :]}"


class PlanarError(Exception):
    """Root of every error that planar raises on purpose.

    Its message is one sentence with a way out.

    Attributes
    ----------
    text : str
        The line that was read; empty where no text was read.
    place : tuple of int, or None
        The characters of ``text`` that are meant, from the first to the last excluded.
    """

    text: str = ""
    place: tuple[int, int] | None = None

    def __init__(self, *arguments: object) -> None:
        super().__init__(*(_of_a_screen(a) if isinstance(a, str) else a for a in arguments))

    def at(self, text: str, place: tuple[int, int]) -> Self:
        """The same error at a place in a text.

        Parameters
        ----------
        text : str
            The line that was read.
        place : tuple of int
            First character that is meant, and the one after the last.

        Returns
        -------
        PlanarError
            This error itself; a place that it has already is kept.
        """
        if self.place is None:
            self.text, self.place = text, place
        return self

    def marked(self, width: int = 76) -> str:
        """The line with carets under the place, cut to a width around it.

        Parameters
        ----------
        width : int, default 76
            How many characters of the line are shown, at most.

        Returns
        -------
        str
            Two lines, or the empty string where the error has no place.

        Examples
        --------
        >>> print(PlanarError("no").at("inv(lam + Z)", (10, 11)).marked())
        inv(lam + Z)
                  ^
        """
        if self.place is None:
            return ""
        start, end = self.place
        first = max(0, min(start - width // 3, len(self.text) - width))
        line = "".join(c if c.isprintable() else " " for c in self.text[first : first + width])
        indent = start - first
        return f"{line}\n{' ' * indent}{'^' * max(1, min(end - first, width) - indent)}"


class DeclarationError(PlanarError):
    """A letter is undeclared, or one name is declared twice with different parameters."""


class ReadError(PlanarError):
    """An expression holds something that planar cannot read."""


class ShapeError(PlanarError):
    """Shapes of letters or of values do not fit."""


class TooLargeError(PlanarError):
    """An enumeration was refused; the message holds the number of diagrams."""


class Ungraded(PlanarError):
    """No scaling of the symbols carries the orders in the random letters, as in (1 + W)^-1."""


class ValueMissing(PlanarError):
    """A numeric value is missing, superfluous or contradicts another."""


class SpectralError(PlanarError):
    """The equivalent has no spectrum, or its law cannot be described by one.

    It is not the trace of one resolvent in one spectral symbol, or its law has no such description.
    """


class BranchError(PlanarError):
    """No solution was reached on the physical branch.

    The spectral parameter lies on the spectrum, or the iteration did not settle.
    """


class CertificateError(PlanarError):
    """A formula gives another number than the sum of planar diagrams that it stands for."""


class NoPowerError(PlanarError):
    """A result falls faster than any power, so that it has no scaling law.

    Every power that is known of its transform is one without a singularity.
    """
