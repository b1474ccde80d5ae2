"""Commands that derive and draw."""

from __future__ import annotations

import argparse
from typing import Any

from planar.interfaces.api import DeterministicEquivalent
from planar.interfaces.cli import machine
from planar.interfaces.cli.options import JSON, command, equivalent_of, expression, output, write
from planar.writing.drawing import LAYOUTS, draw
from planar.writing.drawing.draw import FORMATS, RASTERS
from planar.writing.drawing.formats.tikz import MODES

__all__ = ["add"]

_ORDER = "order of the diagrams: how many random letters each has (default: 2)"


def add(commands: Any) -> None:
    """derive, diagrams, draw."""
    _add_derive(commands)
    _add_diagrams(commands)
    _add_draw(commands)


def _add_derive(commands: Any) -> None:
    parser = command(commands, "derive", _derive, "print the equivalent with its definitions")
    expression(parser)
    parser.add_argument(
        "--explicit",
        action="store_true",
        help="put radicals in place of implicit definitions of degree two or less",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="print an align* environment")
    parser.add_argument(
        "--width",
        type=float,
        default=6.3,
        help="text width in inches for line breaking, with --latex "
        "(default: 6.3; one journal column: 3.4)",
    )
    form.add_argument(
        "--proof", action="store_true", help="print the derivation as a LaTeX document"
    )
    form.add_argument("--json", action="store_true", help=JSON)


def _add_diagrams(commands: Any) -> None:
    parser = command(
        commands,
        "diagrams",
        _diagrams,
        "list the planar diagrams of one order, with their values",
    )
    expression(parser)
    parser.add_argument("--order", type=int, default=2, help=_ORDER)
    parser.add_argument(
        "--count", action="store_true", help="print only the number of these diagrams"
    )
    parser.add_argument("--json", action="store_true", help=JSON)


def _add_draw(commands: Any) -> None:
    parser = command(commands, "draw", _draw, "draw the planar diagrams of one order")
    expression(parser)
    parser.add_argument("--order", type=int, default=2, help=_ORDER)
    formats = ", ".join((*FORMATS, *RASTERS))
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help=f"output format: {formats} (default: from the name of the output file, else svg)",
    )
    parser.add_argument(
        "--layout",
        default="backbone",
        choices=LAYOUTS,
        help="layout of each diagram (default: backbone)",
    )
    parser.add_argument(
        "--blocks",
        default="comb",
        choices=("comb", "arcs"),
        help="how blocks are drawn in the backbone layout (default: comb)",
    )
    parser.add_argument(
        "--width",
        type=float,
        default=6.9,
        help="width of the figure in inches (default: 6.9; one journal column: 3.4)",
    )
    parser.add_argument(
        "--mode",
        default="fragment",
        choices=MODES,
        help="TikZ output: fragment, standalone document or inline (default: fragment)",
    )
    output(parser, "file to write (default: standard output)")


def _derive(options: argparse.Namespace) -> None:
    equivalent = equivalent_of(options)
    if options.explicit:
        equivalent = equivalent.explicit()
    if options.json:
        print(machine.json_text(machine.formula(equivalent)))
    elif options.latex:
        print(equivalent.latex(options.width))
    elif options.proof:
        print(equivalent.latex_steps())
    else:
        print(equivalent)


def _diagrams(options: argparse.Namespace) -> None:
    equivalent, order = equivalent_of(options), options.order
    if options.count:
        count = equivalent.count_diagrams(order)
        print(machine.json_text({"order": order, "count": count}) if options.json else count)
        return
    diagrams = list(equivalent.diagrams(order))
    if options.json:
        print(machine.json_text(machine.diagrams(order, diagrams)))
    elif diagrams:
        print("\n".join(map(str, diagrams)))
    else:
        print(f"No diagram has order {order}; there are: {_orders(equivalent)}.")


def _orders(equivalent: DeterministicEquivalent) -> str:
    """The first orders at which there are diagrams."""
    counts = {order: equivalent.count_diagrams(order) for order in range(9)}
    return (
        ", ".join(f"{count} of order {order}" for order, count in counts.items() if count)
        or "none up to order 8"
    )


def _draw(options: argparse.Namespace) -> None:
    diagrams = tuple(equivalent_of(options).diagrams(options.order))
    style = {
        "layout": options.layout,
        "blocks": options.blocks,
        "width": options.width,
        "mode": options.mode,
    }
    write(draw(diagrams, options.format or _by_name(options), **style), options.output)


def _by_name(options: argparse.Namespace) -> str:
    """The format that the ending of the output file asks for."""
    ending = options.output.suffix.lstrip(".").lower() if options.output else ""
    formats = {
        "tex": "tikz",
        "txt": "text",
        "gv": "dot",
        **{name: name for name in (*FORMATS, *RASTERS)},
    }
    return formats.get(ending, ending or "svg")
