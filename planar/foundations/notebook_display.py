"""What results show of themselves in a notebook."""

from __future__ import annotations

from typing import Any

__all__ = ["Printed"]


class Printed:
    """A result that IPython and Jupyter show as ``print`` does.

    ``repr`` still says what it is made of.

    >>> class Answer(Printed):
    ...     def __str__(self):
    ...         return "agree"
    >>> from types import SimpleNamespace
    >>> Answer()._repr_pretty_(SimpleNamespace(text=print), False)
    agree
    """

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
