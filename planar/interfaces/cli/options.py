"""What commands share: the expression with its letters, the values, how a command is made."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import shtab
from sympy import MatrixSymbol, Symbol, oo

from planar.expression.dimensions import dimensions_of
from planar.expression.reader import read_declarations, read_expression
from planar.foundations.errors import PlanarError, ReadError
from planar.interfaces.api import DeterministicEquivalent, derive

__all__ = [
    "JSON",
    "command",
    "equivalent_of",
    "expression",
    "output",
    "symbols_of",
    "valued",
    "write",
]

JSON = "print JSON"
_EXPRESSION = (
    'the expression, for example "inv(lam + A*W) * M * inv(mu + W*A)"; - reads standard input'
)
_SET = (
    "value of a symbol: a number, a list 1,2,3, geomspace(a,b,n), linspace(a,b,n) or a .npy file; "
    "may be repeated, and symbols without a value get an example value"
)


def command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int | None], text: str
) -> argparse.ArgumentParser:
    """A command that takes no arguments yet."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    parser.set_defaults(run=run)
    return parser


def expression(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The expression, its letters, and what is asked of the formula before anything else."""
    parser.add_argument("expression", help=_EXPRESSION)
    parser.add_argument(
        "--let",
        action="append",
        default=[],
        metavar='"W = Wishart(N, P)"',
        help="declare a matrix symbol (letter), deterministic or random; may be repeated",
    )
    file = parser.add_argument(
        "--letters", type=Path, metavar="FILE", help="file of declarations, one per line"
    )
    file.complete = shtab.FILE  # type: ignore[attr-defined]
    parser.add_argument(
        "--commuting",
        action="append",
        default=[],
        metavar="A,B",
        help="two deterministic letters that commute; may be repeated",
    )
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="lam=0",
        help="limit of the result, e.g. lam=0 or P=oo; may be repeated",
    )
    return parser


def valued(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Values, and the seed of those that are not given."""
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=_SET)
    parser.add_argument(
        "--size",
        type=int,
        default=80,
        help="size of the first dimension without a value (default: 80)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        help="random seed for samples and example values (default: 0)",
    )
    return parser


def output(parser: argparse.ArgumentParser, text: str, **options: Any) -> None:
    """A path that is written to."""
    path = parser.add_argument("--output", "-o", type=Path, help=text, **options)
    path.complete = shtab.FILE  # type: ignore[attr-defined]


def equivalent_of(options: argparse.Namespace) -> DeterministicEquivalent:
    """The equivalent that the options ask for."""
    text = sys.stdin.read() if options.expression == "-" else options.expression
    letters = read_declarations(_declarations(options))
    equivalent = derive(
        read_expression(text, letters),
        commuting=[_pair(pair, letters) for pair in options.commuting],
    )
    for limit in options.limit:
        symbol, point = _limit(limit, equivalent)
        equivalent = equivalent.limit(symbol, point)
    return equivalent


def _limit(text: str, equivalent: DeterministicEquivalent) -> tuple[Symbol, Any]:
    """The symbol and the point of a limit ``lam=0``."""
    name, point = _halves(text, "a limit", "lam=0")
    symbols = {
        key: symbol
        for key, symbol in symbols_of(equivalent).items()
        if not isinstance(symbol, MatrixSymbol)
    }
    if name not in symbols:
        names = ", ".join(str(symbol) for symbol in dict.fromkeys(symbols.values()))
        raise ReadError(
            f"{name} is neither a scalar nor a dimension of the expression; "
            f"its scalars and dimensions are {names or 'none'}."
        )
    return symbols[name], oo if point == "oo" else read_expression(point, {})


def symbols_of(equivalent: DeterministicEquivalent) -> dict[str, Any]:
    """What can be set, by name: letters, dimensions, scalars; lam is lambda."""
    letters = (*equivalent.letters, *equivalent.laws)
    dimensions = chain.from_iterable(map(dimensions_of, letters))
    sizes = chain.from_iterable(sorted(d.free_symbols, key=str) for d in dimensions)
    named = {s.name: s for s in (*equivalent.letters, *sizes, *equivalent.scalars)}
    return named | ({"lam": named["lambda"]} if "lambda" in named else {})


def _declarations(options: argparse.Namespace) -> Iterator[str]:
    if options.letters is not None:
        try:
            yield from options.letters.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise ReadError(
                f"cannot read {options.letters}: {getattr(error, 'strerror', None) or error}."
            ) from None
    yield from options.let


def _pair(text: str, letters: dict[str, Any]) -> tuple[Any, Any]:
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in letters]
    if unknown:
        raise ReadError(
            f"{unknown[0]} is not a declared letter; write for example --commuting A,B."
        )
    if len(names) != 2:
        raise ReadError(f"`{text}` is not a pair of letters; write for example --commuting A,B.")
    return letters[names[0]], letters[names[1]]


def _halves(text: str, what: str, example: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip() or not value.strip():
        raise ReadError(f"cannot read {what} from `{text}`; write for example {example}.")
    return name.strip(), value.strip()


def write(content: str | bytes, file: Path | None) -> None:
    """Text on standard output, or anything into a file."""
    if file is None:
        if isinstance(content, bytes):
            raise PlanarError("this format is not text; give a file with --output.")
        sys.stdout.write(content if content.endswith("\n") else content + "\n")
        return
    try:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise PlanarError(f"cannot write {file}: {error.strerror}; give another path.") from None
    print(f"wrote {file}")
