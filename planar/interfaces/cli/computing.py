"""Commands that bring numbers: check, compare, codegen."""

from __future__ import annotations

import argparse
from typing import Any

from planar.interfaces.cli import machine
from planar.interfaces.cli.assignments import read_values, swept, values_line
from planar.interfaces.cli.options import (
    JSON,
    command,
    equivalent_of,
    expression,
    output,
    valued,
    write,
)
from planar.kernels.backends.registry import BACKENDS
from planar.writing.plots import plot

__all__ = ["add"]

_CODES = {"agree": 0, "disagree": 1, "inconclusive": 3}


def add(commands: Any) -> None:
    """check, compare, codegen."""
    _add_check(commands)
    _add_compare(commands)
    _add_codegen(commands)


def _add_check(commands: Any) -> None:
    parser = command(commands, "check", _check, "check the equivalent by sampling")
    valued(expression(parser))
    parser.add_argument(
        "--trials",
        type=int,
        default=100,
        help="number of samples; doubled up to three times until the verdict is clear "
        "(default: 100)",
    )
    parser.add_argument(
        "--real",
        action="store_true",
        help="sample real ensembles, which are biased by 1/N, instead of complex ones",
    )
    parser.add_argument(
        "--exact",
        type=int,
        metavar="ORDER",
        help="also compare with the enumerated diagrams, exactly, up to this order",
    )
    parser.add_argument("--json", action="store_true", help=JSON)


def _add_compare(commands: Any) -> None:
    parser = command(
        commands,
        "compare",
        _compare,
        "compare theory with samples along one scalar or dimension, as a table or a figure",
    )
    valued(expression(parser))
    parser.add_argument(
        "--trials", type=int, default=20, help="number of samples at each point (default: 20)"
    )
    parser.add_argument(
        "--points", type=int, default=9, help="number of points that are sampled (default: 9)"
    )
    parser.add_argument(
        "--width", type=float, default=3.4, help="width of the figure in inches (default: 3.4)"
    )
    output(parser, "file of the figure, .svg, .pdf or .png (default: print the table only)")
    parser.add_argument("--json", action="store_true", help=JSON)


def _add_codegen(commands: Any) -> None:
    parser = command(
        commands, "codegen", _codegen, "print a numeric kernel that runs without planar"
    )
    expression(parser)
    parser.add_argument(
        "--backend",
        default="numpy",
        choices=BACKENDS,
        help="language of the kernel (default: numpy)",
    )
    output(parser, "file to write (default: standard output)")


def _check(options: argparse.Namespace) -> int:
    equivalent = equivalent_of(options)
    certificate = (
        equivalent.verify(options.exact, seed=options.seed) if options.exact is not None else None
    )
    values = read_values(equivalent, options)
    verdict = equivalent.check(values, trials=options.trials, seed=options.seed, real=options.real)
    line = values_line(equivalent, values, options)
    if options.json:
        exact = (
            {}
            if certificate is None
            else {"exact": bool(certificate), "exact_order": options.exact}
        )
        print(machine.json_text({**machine.verdict(verdict, line), **exact}))
    else:
        if certificate is not None:
            print(certificate)
        print(f"{line}\n{verdict}")
    return 1 if certificate is not None and not certificate else _CODES[verdict.verdict]


def _compare(options: argparse.Namespace) -> int:
    """Theory beside samples; where there is no theory at some point the exit code says so."""
    equivalent = equivalent_of(options)
    values = swept(equivalent, read_values(equivalent, options))
    comparison = equivalent.compare(
        values, trials=options.trials, points=options.points, seed=options.seed
    )
    figure = (
        plot(comparison, width=options.width).save(options.output)
        if options.output is not None
        else None
    )
    if options.json:
        print(machine.json_text(machine.comparison(comparison)))
        return 3 * bool(len(comparison.refused))
    print(values_line(equivalent, values, options))
    print(comparison)
    if figure:
        print(f"wrote {figure}")
    return 3 * bool(len(comparison.refused))


def _codegen(options: argparse.Namespace) -> None:
    write(equivalent_of(options).source(options.backend), options.output)
