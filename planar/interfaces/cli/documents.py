"""Commands that write or show pages, and those about planar itself."""

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
from planar.interfaces.cli.options import JSON, command, equivalent_of, expression, output, valued
from planar.interfaces.demo.demonstration import demo
from planar.interfaces.serve import serve

__all__ = ["add"]


def add(commands: Any) -> None:
    """report, serve, list, demo, completion."""
    _add_report(commands)
    _add_serve(commands)
    listing = command(commands, "list", _list, "list the built-in derivations")
    listing.add_argument("--json", action="store_true", help=JSON)
    _add_demo(commands)
    completing = command(
        commands, "completion", _completion, "print a completion script to be sourced by a shell"
    )
    completing.add_argument(
        "shell", choices=shtab.SUPPORTED_SHELLS, help="the shell that reads the script"
    )


def _add_report(commands: Any) -> None:
    parser = command(
        commands, "report", _report, "write an HTML page with everything, and a LaTeX folder"
    )
    valued(expression(parser))
    output(parser, "folder to write (default: planar-report)", default=Path("planar-report"))


def _add_serve(commands: Any) -> None:
    parser = command(
        commands, "serve", _serve, "serve a page to this machine to derive, draw and plot in"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8765,
        help="port on the loopback interface, 0 for any free one (default: 8765)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=30,
        help="time limit per request in seconds (default: 30)",
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address without opening a browser"
    )


def _add_demo(commands: Any) -> None:
    parser = command(
        commands,
        "demo",
        _demo,
        "derive, draw, compile and check the two-point function, "
        "then compare ridge regression with real data",
    )
    output(parser, "folder to write (default: planar-demo)", default=Path("planar-demo"))
    parser.add_argument("--quick", action="store_true", help="take fewer samples")


def _report(options: argparse.Namespace) -> None:
    equivalent = equivalent_of(options)
    values = read_values(equivalent, options) if options.set else None
    print(f"wrote {equivalent.report(options.output, values)}")


def _serve(options: argparse.Namespace) -> None:
    serve(options.port, seconds=options.seconds, open_browser=not options.no_browser)


def _list(options: argparse.Namespace) -> None:
    if options.json:
        rows = [{"name": name, "statement": statement} for name, statement in theorems()]
        print(machine.json_text(rows))
        return
    for name, statement in theorems():
        print(f"{name:28s} {statement}")


def _demo(options: argparse.Namespace) -> int:
    return demo(options.output, Console(highlight=False, soft_wrap=True), quick=options.quick)


def _completion(options: argparse.Namespace) -> None:
    sys.stdout.write(shtab.complete(options.parser, options.shell))
