"""Text that a notebook shows as the picture it is."""

from __future__ import annotations

__all__ = ["Shown"]


class Shown(str):
    """SVG as text, to be written or searched, which Jupyter displays as a picture."""

    __slots__ = ()

    def _repr_svg_(self) -> str:
        return str(self)
