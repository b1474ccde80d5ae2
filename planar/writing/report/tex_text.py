"""Plain text as TeX takes it, in the letters that it has."""

from __future__ import annotations

import re

__all__ = ["signs", "typeset"]

_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}
_SIGNS |= {sign: "\\" + sign for sign in "_%#&{}$"}
_SIGNS |= {
    "×": r"$\times$",
    "±": r"$\pm$",
    "κ": r"$\kappa$",
    "λ": r"$\lambda$",
    "μ": r"$\mu$",
    "≃": r"$\simeq$",
    "'": "’",
}


def signs(text: str) -> str:
    """Text that TeX takes for text."""
    return "".join(_SIGNS.get(c, c if c.isascii() or c == "’" else "?") for c in text)


def typeset(text: str) -> str:
    """A sentence of planar's own, whose backticks hold code."""
    return "".join(map(_part, re.split(r"(`[^`]*`)", text)))


def _part(part: str) -> str:
    return rf"\texttt{{{signs(part[1:-1])}}}" if part.startswith("`") else signs(part)
