"""Commands that write or show pages, and what planar says of itself."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import shtab
from rich.console import Console

from planar.interfaces.cli import machine
from planar.interfaces.cli.assignments import read_values
from planar.interfaces.cli.catalogue import theorems
from planar.interfaces.cli.options import command, equivalent, expression, output, valued
from planar.interfaces.demo.demonstration import demo
from planar.interfaces.serve import serve

__all__ = ["add"]


def add(commands: Any) -> None:
    """report, serve, list, demo, completion."""
    reporting = valued(
        expression(
            command(
                commands, "report", _report, "write one page with everything, and a LaTeX folder"
            )
        )
    )
    output(reporting, "a folder (planar-report)", default=Path("planar-report"))

    serving = command(
        commands, "serve", _serve, "open a page on this machine to derive, draw and plot in"
    )
    serving.add_argument(
        "--port",
        type=int,
        default=8765,
        help="of the loopback interface, 0 for any free one (8765)",
    )
    serving.add_argument("--seconds", type=float, default=30, help="that one request may take (30)")
    serving.add_argument(
        "--no-browser", action="store_true", help="print the address and open nothing"
    )

    command(commands, "list", _list, "name the derivations that planar ships").add_argument(
        "--json", action="store_true", help="for a program"
    )

    show = command(
        commands,
        "demo",
        _demo,
        "derive, draw, compile and check the two-point function, then meet real data",
    )
    output(show, "a folder (planar-demo)", default=Path("planar-demo"))
    show.add_argument("--quick", action="store_true", help="fewer samples")

    completing = command(
        commands, "completion", _completion, "print the completion of a shell, to be sourced by it"
    )
    completing.add_argument("shell", choices=shtab.SUPPORTED_SHELLS)


def _report(options: argparse.Namespace) -> None:
    found = equivalent(options)
    values = read_values(found, options) if options.set else None
    print(f"wrote {found.report(options.output, values)}")


def _serve(options: argparse.Namespace) -> None:
    serve(options.port, seconds=options.seconds, open_browser=not options.no_browser)


def _list(options: argparse.Namespace) -> None:
    every = list(theorems())
    if options.json:
        print(
            machine.printed([{"name": name, "statement": statement} for name, statement in every])
        )
    else:
        print("\n".join(f"{name:28s} {statement}" for name, statement in every))


def _demo(options: argparse.Namespace) -> int:
    return demo(options.output, Console(highlight=False, soft_wrap=True), quick=options.quick)


def _completion(options: argparse.Namespace) -> None:
    sys.stdout.write(shtab.complete(options.parser, options.shell))
