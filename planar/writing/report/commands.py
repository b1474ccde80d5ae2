"""How to reproduce a report: the command and the lines of Python.

Both read back as the same expression.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator

from sympy import Symbol

from planar.derivation.equivalent import Equivalent
from planar.expression.dimensions import dimensions_of
from planar.expression.reader import read_all, read_declaration
from planar.expression.reader.declarations import LETTERS
from planar.formulas.symbols import Deterministic, RandomLetter
from planar.foundations.errors import PlanarError
from planar.writing.report.declared import declaration
from planar.writing.report.typed import is_word, typed, word

__all__ = ["command", "python"]

_SYMPY = ("Adjoint", "I", "Identity", "Inverse", "Rational", "Symbol", "Trace")
_PLANAR = tuple(sorted((*LETTERS, "derive", "dims", "resolvent", "tr")))


def command(equivalent: Equivalent) -> str:
    """The command for a shell.

    Raises ``PlanarError`` where a command cannot say it: limits, letters that commute, names that
    are not words.
    """
    if equivalent.limits or equivalent.commuting:
        raise PlanarError("limits and letters that commute are declared in Python only.")
    lines = _declared(equivalent)
    text = typed(equivalent.lhs)
    if str(read_all(text, lines)) != str(equivalent.lhs):
        raise PlanarError("the expression has no form as text that reads back as the same.")
    declarations = (f"--let {shlex.quote(line)}" for line in lines)
    return " \\\n    ".join([f"planar report {shlex.quote(text)}", *declarations])


def python(equivalent: Equivalent) -> str:
    """The lines of Python that derive the same equivalent as ``eq``.

    Raises ``PlanarError`` where a letter is declared with a function, or a name is not a word.
    """
    sizes = sorted({symbol.name for symbol in _size_symbols(equivalent)})
    body = [f'{", ".join(sizes)} = dims("{" ".join(sizes)}")'] if sizes else []
    body += _scalars(equivalent, sizes)
    for line in _declared(equivalent):
        name, call = line.split(" = ", 1)
        constructor, arguments = call.split("(", 1)
        body.append(f'{name} = {constructor}("{name}", {arguments}')
    pairs = ", ".join(f"({a}, {b})" for a, b in equivalent.commuting)
    commuting = f", commuting=[{pairs}]" if pairs else ""
    body.append(f"eq = derive({typed(equivalent.lhs, python=True)}{commuting})")
    for symbol, point in equivalent.limits:
        body.append(f"eq = eq.limit({word(symbol)}, {typed(point, python=True)})")
    taken = {letter.name for letter in (*equivalent.letters, *equivalent.laws)} | set(sizes)
    return "\n".join([*_imports("\n".join(body), taken), "", *body])


def _size_symbols(equivalent: Equivalent) -> Iterator[Symbol]:
    """The symbols of the dimensions of every letter, with repetitions."""
    for letter in (*equivalent.letters, *equivalent.laws):
        for dimension in dimensions_of(letter):
            yield from sorted(dimension.free_symbols, key=str)


def _scalars(equivalent: Equivalent, sizes: Collection[str]) -> list[str]:
    """A line for each symbol of the expression that is not a dimension."""
    symbols = {*equivalent.scalars, *equivalent.lhs.atoms(Symbol)}
    scalars = sorted((s for s in symbols if s.name not in sizes), key=lambda s: s.name)
    return [f"{word(symbol)} = {_symbol(symbol)}" for symbol in scalars]


def _imports(body: str, taken: Collection[str]) -> Iterator[str]:
    """A line for each module whose names the body holds, quoted text aside."""
    used = set(re.findall(r"[A-Za-z]\w*", re.sub(r'"[^"]*"', "", body)))
    from_sympy = [name for name in (*_SYMPY, "oo") if name in used and name not in taken]
    from_planar = [name for name in _PLANAR if name in used]
    for module, names in (("sympy", from_sympy), ("planar", from_planar)):
        if names:
            yield f"from {module} import {', '.join(names)}"


def _declared(equivalent: Equivalent) -> list[str]:
    """A line for each letter, which the reader reads as that letter."""
    letters = (*equivalent.letters, *equivalent.laws)
    for symbol in (*letters, *equivalent.scalars, *_size_symbols(equivalent)):
        if not is_word(word(symbol) if isinstance(symbol, Symbol) else symbol.name):
            raise PlanarError(f"{symbol.name!r} is not a word that can be typed.")
    lines = [f"{letter.name} = {declaration(letter)}" for letter in letters]
    for line, letter in zip(lines, letters, strict=True):
        known = isinstance(letter, Deterministic | RandomLetter)
        if known and read_declaration(line)[1] != letter:
            raise PlanarError(
                f"{letter.name} is declared in a way that this page does not write out."
            )
    return lines


def _symbol(symbol: Symbol) -> str:
    """The call that makes a scalar, with what is assumed of it."""
    known = symbol.assumptions0
    flags = [name for name in ("positive", "real", "integer") if known.get(name)]
    if "positive" in flags:
        flags = ["positive"]
    return f'Symbol("{symbol.name}"{"".join(f", {flag}=True" for flag in flags)})'
