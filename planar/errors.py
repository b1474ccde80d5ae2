"""The conditions that can break, each named after what was violated."""

from __future__ import annotations

__all__ = [
    "BranchError",
    "DeclarationError",
    "PlanarError",
    "ReadError",
    "ShapeError",
    "TooLargeError",
    "Ungraded",
    "ValueMissing",
]


class PlanarError(Exception):
    """Root of every error that planar raises on purpose; its message is one sentence with a way out."""


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


class BranchError(PlanarError):
    """No solution on the physical branch: the spectral parameter lies on the spectrum, or the iteration did not settle."""
