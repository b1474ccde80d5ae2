"""The command line: derive, diagrams, draw, check, codegen, report, list, demo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from planar.api import DeterministicEquivalent, derive
from planar.cli.catalogue import theorems
from planar.codegen.kernel import BACKENDS
from planar.demo.run import demo
from planar.drawing import LAYOUTS, draw
from planar.drawing.tikz import MODES
from planar.errors import PlanarError, ValueMissing
from planar.reader import read_all

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; errors are one sentence on standard error and exit code 2."""
    parser = _parser()
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    try:
        return int(options.run(options, console) or 0)
    except PlanarError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"planar: {error}", markup=False)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("planar", description="Deterministic equivalents from planar diagrams.")
    commands = parser.add_subparsers(required=True, metavar="command")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("expression", help='for example "inv(lam + A*W) * M * inv(mu + W*A)"')
    shared.add_argument("--let", action="append", default=[], metavar='"W = Wishart(N, P)"', help="declare a letter")

    def command(name: str, run: Any, text: str, *, expression: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, parents=[shared] if expression else [])
        made.set_defaults(run=run)
        return made

    command("derive", _derive, "print the equivalent").add_argument("--latex", action="store_true", help="as LaTeX")
    command("diagrams", _diagrams, "list the planar diagrams of one order").add_argument("--order", type=int, default=2)
    drawing = command("draw", _draw, "draw the planar diagrams of one order")
    drawing.add_argument("--order", type=int, default=2)
    drawing.add_argument("--format", default="svg", help="svg, tikz, dot, text; png and pdf where a renderer is installed")
    drawing.add_argument("--layout", default="backbone", choices=LAYOUTS, help="how one diagram is laid out")
    drawing.add_argument("--blocks", default="comb", choices=("comb", "arcs"), help="blocks on a backbone")
    drawing.add_argument("--width", type=float, default=6.9, help="inches; 3.4 for one column of a journal")
    drawing.add_argument("--mode", default="fragment", choices=MODES, help="of TikZ")
    drawing.add_argument("--output", type=Path, help="a file; standard output unless given")
    checking = command("check", _check, "check the equivalent by sampling")
    checking.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a number, an integer dimension, or a .npy file"
    )
    checking.add_argument("--trials", type=int, default=100)
    checking.add_argument("--seed", type=int, default=0)
    command("codegen", _codegen, "print a kernel that runs without planar").add_argument(
        "--backend", default="numpy", choices=BACKENDS, help="the language of the kernel"
    )
    command("report", _report, "write formula, derivation, figure and kernel").add_argument(
        "--output", type=Path, default=Path("planar-report")
    )
    command("list", _list, "name the derivations that planar ships", expression=False)
    show = command(
        "demo", _demo, "derive, draw, compile and check the two-point function, then meet real data", expression=False
    )
    show.add_argument("--output", type=Path, default=Path("planar-demo"))
    show.add_argument("--quick", action="store_true", help="fewer samples")
    return parser


def _equivalent(options: argparse.Namespace) -> DeterministicEquivalent:
    return derive(read_all(options.expression, options.let))


def _derive(options: argparse.Namespace, console: Console) -> None:
    equivalent = _equivalent(options)
    console.print(equivalent.latex() if options.latex else str(equivalent), markup=False)


def _diagrams(options: argparse.Namespace, console: Console) -> None:
    for diagram in _equivalent(options).diagrams(options.order):
        console.print(str(diagram), markup=False)


def _draw(options: argparse.Namespace, console: Console) -> None:
    diagrams = tuple(_equivalent(options).diagrams(options.order))
    chosen = {"layout": options.layout, "blocks": options.blocks, "width": options.width, "mode": options.mode}
    drawn = draw(diagrams, options.format, **chosen)
    if options.output is not None:
        options.output.write_bytes(drawn if isinstance(drawn, bytes) else drawn.encode())
        console.print(f"wrote {options.output}", markup=False)
    elif isinstance(drawn, bytes):
        raise PlanarError(f"{options.format} is no text; give a file with --output.")
    else:
        sys.stdout.write(drawn + "\n")


def _check(options: argparse.Namespace, console: Console) -> int:
    equivalent = _equivalent(options)
    verdict = equivalent.check(_values(equivalent, options.set), trials=options.trials, seed=options.seed)
    console.print(str(verdict), markup=False)
    return 0 if verdict else 1


def _values(equivalent: DeterministicEquivalent, settings: Sequence[str]) -> dict[Any, Any]:
    symbols = {s.name: s for s in (*equivalent.letters, *equivalent.scalars)}
    symbols |= {
        s.name: s
        for letter in (*equivalent.letters, *equivalent.laws)
        for a in letter.args[1:]
        for s in sorted(a.free_symbols, key=str)
        if hasattr(s, "name")
    }
    symbols |= {"lam": symbols["lambda"]} if "lambda" in symbols else {}
    found: dict[Any, Any] = {}
    for setting in settings:
        name, _, text = setting.partition("=")
        if name.strip() not in symbols:
            raise ValueMissing(f"{name} is no part of the expression, which holds {', '.join(symbols)}.")
        found[symbols[name.strip()]] = _value(name, text.strip())
    return found


def _value(name: str, text: str) -> Any:
    if text.endswith(".npy"):
        try:
            return np.load(text, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise ValueMissing(f"cannot load {text} for {name}: {error}; save an array with numpy.save.") from None
    for kind in (int, float, complex):
        try:
            return kind(text)
        except ValueError:
            continue
    raise ValueMissing(f"{text!r} for {name} is no number and no .npy file.")


def _codegen(options: argparse.Namespace, console: Console) -> None:
    sys.stdout.write(_equivalent(options).source(options.backend))


def _report(options: argparse.Namespace, console: Console) -> None:
    console.print(f"wrote {_equivalent(options).report(options.output)}", markup=False)


def _list(options: argparse.Namespace, console: Console) -> None:
    for name, statement in theorems():
        console.print(f"{name:28s} {statement}", markup=False)


def _demo(options: argparse.Namespace, console: Console) -> int:
    return demo(options.output, console, quick=options.quick)
