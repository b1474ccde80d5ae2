"""Values from ``NAME=VALUE``: numbers, sizes, ranges, arrays from files."""

from __future__ import annotations

import argparse
import re
from typing import Any

import numpy as np

from planar.evidence.check.comparison import listed
from planar.foundations.errors import ValueMissing
from planar.interfaces.api import DeterministicEquivalent
from planar.interfaces.cli.options import symbols_of

__all__ = ["read_values", "swept", "values_line"]

_RANGE = re.compile(r"(linspace|geomspace)\(([^,()]+),([^,()]+),([^,()]+)\)")
_MOST_POINTS = 10_000


def read_values(equivalent: DeterministicEquivalent, options: argparse.Namespace) -> dict[Any, Any]:
    """The values that are set, and examples for all others that fit them."""
    symbols = symbols_of(equivalent)
    values: dict[Any, Any] = {}
    for setting in options.set:
        name, sign, text = (part.strip() for part in setting.partition("="))
        if name not in symbols:
            names = ", ".join(str(symbol) for symbol in dict.fromkeys(symbols.values()))
            raise ValueMissing(
                f"{name} does not occur in the expression; its symbols are {names or 'none'}."
            )
        if not sign or not text:
            raise ValueMissing(f"{name} is set to no value; write for example {name}=0.5.")
        values[symbols[name]] = _value(name, text)
    return equivalent.example(options.size, options.seed, values)


def swept(equivalent: DeterministicEquivalent, values: dict[Any, Any]) -> dict[Any, Any]:
    """The values with a list among them.

    Unless one is set, the first positive scalar runs over three decades.
    """
    if listed(values):
        return values
    for symbol in equivalent.scalars:
        if symbol.is_positive and symbol in values:
            return {**values, symbol: values[symbol] * np.geomspace(1 / 30, 30, 40)}
    return values


def values_line(
    equivalent: DeterministicEquivalent, values: dict[Any, Any], options: argparse.Namespace
) -> str:
    """Which values were taken, in a line."""
    names = {setting.partition("=")[0].strip() for setting in options.set}
    numbers = [f"{key} = {value:g}" for key, value in values.items() if np.ndim(value) == 0]
    matrices = [letter for letter in equivalent.letters if letter.name not in names]
    sizes = [f"{letter.name} {_shape_text(values[letter])}" for letter in matrices]
    examples = f"example matrices {', '.join(sizes)} (seed {options.seed})" if sizes else ""
    return "values: " + "; ".join(part for part in (", ".join(numbers), examples) if part)


def _shape_text(array: Any) -> str:
    return " x ".join(map(str, np.shape(array)))


def _value(name: str, text: str) -> Any:
    if text.endswith(".npy"):
        return _loaded(name, text)
    if match := _RANGE.fullmatch(text.replace(" ", "")):
        return _range(name, match)
    if "," in text and not re.search(r"[^\w.,+\- ]", text):
        return np.array([_number(name, part) for part in text.split(",")])
    return _number(name, text)


def _loaded(name: str, file: str) -> Any:
    try:
        return np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueMissing(
            f"cannot load {file} for {name}: {error}; save an array with numpy.save."
        ) from None


def _range(name: str, match: re.Match[str]) -> Any:
    kind, (first, last, count) = match[1], (_number(name, match[i]) for i in (2, 3, 4))
    if not isinstance(count, int) or not 2 <= count <= _MOST_POINTS:
        raise ValueMissing(
            f"a range of {count} points for {name}: give between 2 and {_MOST_POINTS}."
        )
    if kind == "geomspace" and not (
        np.isreal(first) and np.isreal(last) and first > 0 and last > 0
    ):
        raise ValueMissing(f"geomspace for {name} runs between positive numbers; take linspace.")
    grid = (np.geomspace if kind == "geomspace" else np.linspace)(first, last, count)
    return (
        np.unique(grid.round().astype(int))
        if isinstance(first, int) and isinstance(last, int) and name[0].isupper()
        else grid
    )


def _number(name: str, text: str) -> Any:
    for kind in (int, float, complex):
        try:
            return kind(text)
        except ValueError:
            continue
    ways = "a list such as 20,40,80, a range such as geomspace(0.01,1,20) or a .npy file"
    raise ValueMissing(f"{text[:60]!r} for {name} is not a number; give a number, {ways}.")
