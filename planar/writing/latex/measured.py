r"""How wide a formula is set, without TeX: the advance widths of Computer Modern, about.

A fraction is as wide as its wider part, scripts are set at seven tenths, sums and relations bring
their spaces along.
"""

from __future__ import annotations

import re
from math import ceil

__all__ = ["width"]

_GLYPH = 6.2
"""Points of one glyph of a line, in which widths are given."""
_SCRIPT = 0.7
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_]|[^\\{}^_\s]")
_POINTS = {
    **dict.fromkeys("+-", 12.2),
    **dict.fromkeys("=<>", 13.3),
    **dict.fromkeys("()[]|/", 4.8),
    **dict.fromkeys(".,;'!", 3.0),
    **dict.fromkeys("ijlt", 3.9),
    **dict.fromkeys("mw", 8.4),
    **dict.fromkeys("MW", 10.2),
    r"\simeq": 13.3,
    r"\Bigl": 1.7,
    r"\Bigr": 1.7,
    r"\Big": 1.7,
    r"\left": 0.9,
    r"\right": 0.9,
    r"\,": 1.7,
    r"\;": 2.8,
    r"\quad": 10.0,
    r"\qquad": 20.0,
    r"\sqrt": 8.4,
    r"\sum": 14.5,
    r"\mathsf": 0.0,
    r"\mathrm": 0.0,
    r"\mathbb": 0.0,
    r"\text": 0.0,
    r"\tilde": 0.0,
    r"\operatorname": 1.7,
    "&": 0.0,
}
_CAPITAL, _OTHER, _COMMAND = 7.6, 5.1, 5.9


def width(text: str) -> int:
    r"""Glyphs of a line that the formula takes.

    >>> width("a + b"), width(r"\frac{a + b}{c}"), width("x^{a + b}")
    (4, 4, 4)
    """
    return ceil(_Reader(_TOKEN.findall(text)).until_closed() / _GLYPH)


class _Reader:
    """Tokens of a formula, one group after another."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._place = tokens, 0

    def until_closed(self) -> float:
        """Points up to the closing brace, or to the end."""
        total = 0.0
        while self._place < len(self._tokens):
            token = self._next()
            if token == "}":
                break
            total += self._group(token)
        return total

    def _next(self) -> str:
        self._place += 1
        return self._tokens[self._place - 1]

    def _group(self, token: str) -> float:
        if token == "{":
            return self.until_closed()
        if token in {"^", "_"}:
            return _SCRIPT * self._argument()
        if token == r"\frac":
            return max(self._argument(), self._argument()) + 2.4
        if token in _POINTS:
            return _POINTS[token]
        if token.startswith("\\"):
            return _COMMAND
        return _CAPITAL if token.isupper() else _OTHER

    def _argument(self) -> float:
        return self._group(self._next()) if self._place < len(self._tokens) else 0.0
