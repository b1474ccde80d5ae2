"""How to make a report again: the command and the lines of Python, which read back as the same
expression.
"""

from __future__ import annotations

import re
import shlex

from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.reader import read_all, read_declaration
from planar.expression.values import dimensions_of
from planar.formulas.symbols import Deterministic, RandomLetter
from planar.foundations.errors import PlanarError
from planar.writing.report.typed import declaration, is_word, typed, word

__all__ = ["command", "python"]

_SYMPY = ("Adjoint", "I", "Identity", "Inverse", "Rational", "Symbol", "Trace")
_LAWS = (
    "BiInvariant",
    "GOE",
    "Ginibre",
    "HaarOrthogonal",
    "RandomProjection",
    "RotationInvariant",
    "Wishart",
)
_PLANAR = (*_LAWS, "derive", "deterministic", "dims", "resolvent", "tr")


def command(equivalent: Equivalent) -> str:
    """The command for a shell.

    Raises ``PlanarError`` where a command cannot say it: limits, letters that commute, names that
    are no words.
    """
    if equivalent.limits or equivalent.commuting:
        raise PlanarError("limits and letters that commute are declared in Python only.")
    lines = _declared(equivalent)
    text = typed(equivalent.lhs)
    if str(read_all(text, lines)) != str(equivalent.lhs):
        raise PlanarError("the expression has no form as text that reads back as the same.")
    return " \\\n    ".join(
        [f"planar report {shlex.quote(text)}", *(f"--let {shlex.quote(line)}" for line in lines)]
    )


def python(equivalent: Equivalent) -> str:
    """The lines of Python that derive the same equivalent as ``eq``.

    Raises ``PlanarError`` where a letter is declared with a function, or a name is no word.
    """
    sizes = sorted(
        {
            s.name
            for x in (*equivalent.letters, *equivalent.laws)
            for d in dimensions_of(x)
            for s in d.free_symbols
        }
    )
    every = {*equivalent.scalars, *equivalent.lhs.atoms(Symbol)}
    scalars = sorted((s for s in every if s.name not in sizes), key=lambda s: s.name)
    body = [f'{", ".join(sizes)} = dims("{" ".join(sizes)}")'] if sizes else []
    body += [f"{word(s)} = {_symbol(s)}" for s in scalars]
    for line in _declared(equivalent):
        name, call = line.split(" = ", 1)
        body.append(f"{name} = {call.replace('(', f'({chr(34)}{name}{chr(34)}, ', 1)}")
    pairs = ", ".join(f"({a}, {b})" for a, b in equivalent.commuting)
    body.append(
        f"eq = derive({typed(equivalent.lhs, python=True)}{f', commuting=[{pairs}]' if pairs else ''})"
    )
    body += [
        f"eq = eq.limit({word(symbol)}, {typed(point, python=True)})"
        for symbol, point in equivalent.limits
    ]
    used = set(re.findall(r"[A-Za-z]\w*", re.sub(r'"[^"]*"', "", "\n".join(body))))
    taken = {x.name for x in (*equivalent.letters, *equivalent.laws)} | set(sizes)
    imports = [
        ("sympy", [n for n in (*_SYMPY, "oo") if n in used - taken]),
        ("planar", [n for n in _PLANAR if n in used]),
    ]
    return "\n".join(
        [
            *(f"from {module} import {', '.join(names)}" for module, names in imports if names),
            "",
            *body,
        ]
    )


def _declared(equivalent: Equivalent) -> list[str]:
    """A line for each letter, which the reader reads as that letter."""
    letters = (*equivalent.letters, *equivalent.laws)
    sizes = [
        s
        for letter in letters
        for d in dimensions_of(letter)
        for s in sorted(d.free_symbols, key=str)
    ]
    for symbol in (*letters, *equivalent.scalars, *sizes):
        if not is_word(word(symbol) if isinstance(symbol, Symbol) else symbol.name):
            raise PlanarError(f"{symbol.name!r} is no word that can be typed.")
    lines = [f"{letter.name} = {declaration(letter)}" for letter in letters]
    for line, letter in zip(lines, letters, strict=True):
        known = isinstance(letter, Deterministic | RandomLetter)
        if known and read_declaration(line)[1] != letter:
            raise PlanarError(
                f"{letter.name} is declared in a way that this page does not write out."
            )
    return lines


def _symbol(symbol: Symbol) -> str:
    flags = [name for name in ("positive", "real", "integer") if symbol.assumptions0.get(name)]
    flags = ["positive"] if "positive" in flags else flags
    return f'Symbol("{symbol.name}"{"".join(f", {flag}=True" for flag in flags)})'
