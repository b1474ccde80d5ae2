r"""LaTeX of a formula broken into lines: at sums first, then between factors, then inside brackets.

Nothing is multiplied out. A bracket that is broken is written with ``\Bigl`` and ``\Bigr``, since
``\left`` and ``\right`` must stand on one line; a broken numerator stands in brackets behind one
over its denominator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

__all__ = ["broken"]

_TOKEN = re.compile(r"\\left\S|\\right\S|\\[a-zA-Z]+|\\.|[{}]|[^\\{}]")
_BRACKETED = re.compile(
    r"((?:\\operatorname\{tr\})?)\\left([(\[])(.*)\\right([)\]])((?:\^\{[^{}]*\})?)", re.DOTALL
)

Width = Callable[[str], int]
Begins = Callable[[str, int], bool]
"""Whether something begins at a place of a text."""


def broken(text: str, page: int, width: Width) -> list[str]:
    r"""Lines of at most ``page`` glyphs, as ``width`` counts them, where breaks can do it.

    >>> broken(r"a + b \left(c + d\right)", 12, len)
    ['a + b', '\\Bigl(c + d\\Bigr)']
    """
    if width(text) <= page:
        return [text]
    terms = _parts(text, _begins_term)
    if len(terms) > 1:
        return _filled(terms, page, width)
    sign, rest = ("- ", text[1:].strip()) if text.startswith("-") else ("", text)
    factors = _parts(rest, _begins_factor)
    lines = _filled(factors, page, width) if len(factors) > 1 else _opened(rest, page, width)
    return [sign + lines[0], *lines[1:]]


def _filled(parts: Sequence[str], page: int, width: Width) -> list[str]:
    """Parts one after another, as many on a line as fit; one that is too long is broken itself."""
    lines = [""]
    for part in parts:
        sign = part[:2] if part[:2] in {"+ ", "- "} else ""
        own = broken(part[len(sign) :], page, width) if width(part) > page else [part]
        own[0] = own[0] if own[0].startswith(sign) else sign + own[0]
        if lines[-1] and width(f"{lines[-1]} {own[0]}") > page:
            lines.append("")
        lines[-1] = f"{lines[-1]} {own[0]}".strip()
        lines += own[1:]
    return lines


def _opened(factor: str, page: int, width: Width) -> list[str]:
    """One factor with a break inside it; as it is where it has no inside."""
    if factor.startswith(r"\frac{"):
        return _fraction(factor, page, width)
    match = _BRACKETED.fullmatch(factor)
    if match is None:
        return [factor]
    name, opening, inside, closing, power = match.groups()
    return _within(inside, page, width, rf"{name}\Bigl{opening}", rf"\Bigr{closing}{power}")


def _within(inside: str, page: int, width: Width, opening: str, closing: str) -> list[str]:
    lines = broken(inside.strip(), page - 2, width)
    lines[0] = opening + lines[0]
    lines[-1] += closing
    return lines


def _fraction(factor: str, page: int, width: Width) -> list[str]:
    """What is short over the denominator before the rest, or both in brackets with a slash."""
    above, below = _arguments(factor)
    over, (opening, closing) = "1", ("", "")
    summed = len(_parts(above, _begins_term)) > 1
    if summed:
        opening, closing = r"\Bigl(", r"\Bigr)"
    if width(below) > page // 2:
        lower = _within(below, page, width, r"\Big/ \Bigl(", r"\Bigr)")
        return [*_within(above, page, width, opening, closing), *lower]
    factors = _parts(above, _begins_factor)
    if not summed and len(factors) > 1:
        longest = max(range(len(factors)), key=lambda k: width(factors[k]))
        above = factors.pop(longest)
        over = " ".join(factors)
    before = rf"\frac{{{over}}}{{{below}}} \,"
    beside = width(before)
    if beside > page // 3:
        return [*broken(before, page, width), *_within(above, page, width, opening, closing)]
    lines = _within(above, page - beside, width, opening, closing)
    return [f"{before} {lines[0]}", *lines[1:]]


def _arguments(factor: str) -> tuple[str, str]:
    """Numerator and denominator."""
    texts, depth, start = list[str](), 0, 0
    for match in _TOKEN.finditer(factor):
        if match[0] == "{":
            start = match.end() if depth == 0 else start
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                texts.append(factor[start : match.start()])
    return texts[0], texts[1]


def _parts(text: str, begins: Begins) -> list[str]:
    """The text cut where something begins outside of all brackets."""
    cuts, depth = [0], 0
    for match in _TOKEN.finditer(text):
        token = match[0]
        if depth == 0 and match.start() and begins(text, match.start()):
            cuts.append(match.start())
        depth += token == "{" or token.startswith(r"\left")
        depth -= token == "}" or token.startswith(r"\right")
    ends = [*cuts[1:], len(text)]
    pieces = (text[i:j].strip() for i, j in zip(cuts, ends, strict=True))
    return [piece for piece in pieces if piece]


def _begins_term(text: str, place: int) -> bool:
    return text[place - 1] == " " and text.startswith(("+ ", "- "), place)


def _begins_factor(text: str, place: int) -> bool:
    """A new factor follows a space, and is no script, prime or argument of what stands before."""
    return text[place - 1] == " " and text[place] not in "^_'{ "
