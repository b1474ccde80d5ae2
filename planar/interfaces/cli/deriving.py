"""Commands that derive and draw."""

from __future__ import annotations

import argparse
from typing import Any

from planar.interfaces.api import DeterministicEquivalent
from planar.interfaces.cli import machine
from planar.interfaces.cli.options import command, equivalent, expression, output, written
from planar.writing.drawing import LAYOUTS, draw
from planar.writing.drawing.draw import FORMATS, RASTERS
from planar.writing.drawing.formats.tikz import MODES

__all__ = ["add"]


def add(commands: Any) -> None:
    """derive, diagrams, draw."""
    deriving = expression(
        command(commands, "derive", _derive, "print the equivalent with its definitions")
    )
    shown = deriving.add_mutually_exclusive_group()
    shown.add_argument("--latex", action="store_true", help="as an align* environment")
    deriving.add_argument(
        "--width",
        type=float,
        default=6.3,
        help="of the text in inches, for --latex; 3.4 for one column (6.3)",
    )
    shown.add_argument("--proof", action="store_true", help="the derivation, a LaTeX document")
    shown.add_argument("--json", action="store_true", help="for a program")

    listing = expression(
        command(
            commands,
            "diagrams",
            _diagrams,
            "list the planar diagrams of one order, with their values",
        )
    )
    listing.add_argument("--order", type=int, default=2, help="how many random letters (2)")
    listing.add_argument("--count", action="store_true", help="only how many there are")
    listing.add_argument("--json", action="store_true", help="for a program")

    drawing = expression(command(commands, "draw", _draw, "draw the planar diagrams of one order"))
    drawing.add_argument("--order", type=int, default=2, help="how many random letters (2)")
    drawing.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"{', '.join((*FORMATS, *RASTERS))}; by the name of the output, else svg",
    )
    drawing.add_argument(
        "--layout", default="backbone", choices=LAYOUTS, help="how one diagram is laid out"
    )
    drawing.add_argument(
        "--blocks", default="comb", choices=("comb", "arcs"), help="blocks on a backbone"
    )
    drawing.add_argument(
        "--width", type=float, default=6.9, help="inches; 3.4 for one column of a journal (6.9)"
    )
    drawing.add_argument("--mode", default="fragment", choices=MODES, help="of TikZ")
    output(drawing, "a file; standard output unless given")


def _derive(options: argparse.Namespace) -> None:
    found = equivalent(options)
    if options.json:
        print(machine.printed(machine.formula(found)))
    else:
        print(
            found.latex(options.width)
            if options.latex
            else found.latex_steps()
            if options.proof
            else found
        )


def _diagrams(options: argparse.Namespace) -> None:
    found = equivalent(options)
    if options.count:
        number = found.count_diagrams(options.order)
        print(
            machine.printed({"order": options.order, "count": number}) if options.json else number
        )
        return
    every = list(found.diagrams(options.order))
    if not every and not options.json:
        print(
            f"no diagram has {options.order} random letters; those that have some: {_orders(found)}"
        )
        return
    print(
        machine.printed(machine.diagrams(options.order, every))
        if options.json
        else "\n".join(map(str, every))
    )


def _orders(found: DeterministicEquivalent) -> str:
    """The first orders at which there are diagrams."""
    counts = {order: found.count_diagrams(order) for order in range(9)}
    return (
        ", ".join(f"{count} of order {order}" for order, count in counts.items() if count)
        or "none up to order 8"
    )


def _draw(options: argparse.Namespace) -> None:
    diagrams = tuple(equivalent(options).diagrams(options.order))
    chosen = {
        "layout": options.layout,
        "blocks": options.blocks,
        "width": options.width,
        "mode": options.mode,
    }
    written(draw(diagrams, options.format or _by_name(options), **chosen), options.output)


def _by_name(options: argparse.Namespace) -> str:
    ending = options.output.suffix.lstrip(".").lower() if options.output else ""
    known = {
        "tex": "tikz",
        "txt": "text",
        "gv": "dot",
        **{name: name for name in (*FORMATS, *RASTERS)},
    }
    return known.get(ending, ending or "svg")
