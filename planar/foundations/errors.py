"""The conditions that can break, each named after what was violated."""

from __future__ import annotations

from typing import Self

__all__ = [
    "BranchError",
    "DeclarationError",
    "PlanarError",
    "ReadError",
    "ShapeError",
    "SpectralError",
    "TooLargeError",
    "Ungraded",
    "ValueMissing",
]


class PlanarError(Exception):
    """Root of every error that planar raises on purpose; its message is one sentence with a way
    out.

    Where text was read, ``text`` is the line and ``place`` the characters of it that are meant, the
    last excluded.
    """

    text: str = ""
    place: tuple[int, int] | None = None

    def at(self, text: str, place: tuple[int, int]) -> Self:
        """The same error at a place in a text; a place that it has already is kept."""
        if self.place is None:
            self.text, self.place = text, place
        return self

    def marked(self, width: int = 76) -> str:
        """The line with carets under the place, cut to a width around it; nothing where there is no
        place.

        >>> print(PlanarError("no").at("inv(lam + Z)", (10, 11)).marked())
        inv(lam + Z)
                  ^
        """
        if self.place is None:
            return ""
        start, end = self.place
        first = max(0, min(start - width // 3, len(self.text) - width))
        line = "".join(c if c.isprintable() else " " for c in self.text[first : first + width])
        return f"{line}\n{' ' * (start - first)}{'^' * max(1, min(end - first, width) - (start - first))}"


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
    """The equivalent is not the trace of one resolvent in one spectral symbol, or its law has no
    such description.
    """


class BranchError(PlanarError):
    """No solution on the physical branch: the spectral parameter lies on the spectrum, or the
    iteration did not settle.
    """
