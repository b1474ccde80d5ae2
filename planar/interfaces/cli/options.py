"""What commands share: the expression with its letters, the values, how a command is made."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import shtab
from sympy import MatrixSymbol, oo

from planar.expression.reader import read_declarations, read_expression
from planar.expression.values import dimensions_of
from planar.foundations.errors import PlanarError, ReadError
from planar.interfaces.api import DeterministicEquivalent, derive

__all__ = ["command", "equivalent", "output", "symbols_of", "valued", "written"]

_EXPRESSION = 'for example "inv(lam + A*W) * M * inv(mu + W*A)"; - reads it from standard input'


def command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int | None], text: str
) -> argparse.ArgumentParser:
    """A command that takes nothing yet."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + "."
    )
    made.set_defaults(run=run)
    return made


def expression(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The expression, its letters, and what is asked of the formula before anything else."""
    made.add_argument("expression", help=_EXPRESSION)
    made.add_argument(
        "--let", action="append", default=[], metavar='"W = Wishart(N, P)"', help="declare a letter"
    )
    file = made.add_argument(
        "--letters", type=Path, metavar="FILE", help="declarations, one a line"
    )
    file.complete = shtab.FILE  # type: ignore[attr-defined]
    made.add_argument(
        "--commuting", action="append", default=[], metavar="A,B", help="two letters that commute"
    )
    made.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="lam=0",
        help="take a limit of the formula; P=oo of a dimension",
    )
    return made


def valued(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Values, and the seed of those that are not given."""
    made.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a number, a list 1,2,3, geomspace(a,b,n), linspace(a,b,n) or a .npy file; what is not given is an example",
    )
    made.add_argument(
        "--size", type=int, default=80, help="of the first dimension that is not given (80)"
    )
    made.add_argument("--seed", type=int, default=0, help="of samples and of example values (0)")
    return made


def output(made: argparse.ArgumentParser, text: str, **options: Any) -> None:
    """A path that is written to."""
    made.add_argument("--output", "-o", type=Path, help=text, **options).complete = shtab.FILE  # type: ignore[attr-defined]


def equivalent(options: argparse.Namespace) -> DeterministicEquivalent:
    """The equivalent that the options ask for."""
    text = sys.stdin.read() if options.expression == "-" else options.expression
    letters = read_declarations(_declarations(options))
    found = derive(
        read_expression(text, letters),
        commuting=[_pair(pair, letters) for pair in options.commuting],
    )
    for limit in options.limit:
        name, point = _halves(limit, "a limit", "lam=0")
        symbols = symbols_of(found)
        if name not in symbols or isinstance(symbols[name], MatrixSymbol):
            held = ", ".join(
                str(s) for s in dict.fromkeys(symbols.values()) if not isinstance(s, MatrixSymbol)
            )
            raise ReadError(
                f"{name} is no scalar and no dimension of the expression, which holds {held or 'none'}."
            )
        found = found.limit(symbols[name], oo if point == "oo" else read_expression(point, {}))
    return found


def symbols_of(found: DeterministicEquivalent) -> dict[str, Any]:
    """What can be set, by name: letters, dimensions, scalars; lam is lambda."""
    every = (*found.letters, *found.laws)
    sizes = [s for x in every for d in dimensions_of(x) for s in sorted(d.free_symbols, key=str)]
    named = {s.name: s for s in (*found.letters, *sizes, *found.scalars)}
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
    if len(names) != 2 or unknown:
        raise ReadError(
            f"{unknown[0] if unknown else text} is no pair of declared letters; write for example --commuting A,B."
        )
    return letters[names[0]], letters[names[1]]


def _halves(text: str, what: str, example: str) -> tuple[str, str]:
    name, sign, rest = text.partition("=")
    if not sign or not name.strip() or not rest.strip():
        raise ReadError(f"cannot read {what} from `{text}`; write for example {example}.")
    return name.strip(), rest.strip()


def written(content: str | bytes, file: Path | None) -> None:
    """Text on standard output, or anything into a file."""
    if file is None:
        if isinstance(content, bytes):
            raise PlanarError("this format is no text; give a file with --output.")
        sys.stdout.write(content if content.endswith("\n") else content + "\n")
        return
    try:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise PlanarError(f"cannot write {file}: {error.strerror}; give another path.") from None
    print(f"wrote {file}")
