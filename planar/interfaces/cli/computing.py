"""Commands that bring numbers: check, compare, codegen."""

from __future__ import annotations

import argparse
from typing import Any

from planar.interfaces.cli import machine
from planar.interfaces.cli.assignments import read_values, swept, told
from planar.interfaces.cli.options import command, equivalent, expression, output, valued, written
from planar.kernels.kernel import BACKENDS
from planar.writing.plots import plot

__all__ = ["add"]

_CODES = {"agree": 0, "disagree": 1, "inconclusive": 3}


def add(commands: Any) -> None:
    """check, compare, codegen."""
    checking = valued(
        expression(command(commands, "check", _check, "check the equivalent by sampling"))
    )
    checking.add_argument(
        "--trials",
        type=int,
        default=100,
        help="samples, doubled up to eightfold until they decide (100)",
    )
    checking.add_argument(
        "--real",
        action="store_true",
        help="real ensembles, biased by 1/N, in place of complex ones",
    )
    checking.add_argument(
        "--exact",
        type=int,
        metavar="ORDER",
        help="also compare with the diagrams, exactly, up to an order",
    )
    checking.add_argument("--json", action="store_true", help="for a program")

    comparing = valued(
        expression(
            command(
                commands,
                "compare",
                _compare,
                "theory beside samples along one scalar or dimension, as a figure",
            )
        )
    )
    comparing.add_argument("--trials", type=int, default=20, help="samples a point (20)")
    comparing.add_argument("--points", type=int, default=9, help="how many points are sampled (9)")
    comparing.add_argument(
        "--width", type=float, default=3.4, help="of the figure, in inches (3.4)"
    )
    output(comparing, "the figure: .svg, .pdf or .png; without it the table alone is printed")
    comparing.add_argument("--json", action="store_true", help="for a program")

    coding = expression(
        command(commands, "codegen", _codegen, "print a kernel that runs without planar")
    )
    coding.add_argument(
        "--backend", default="numpy", choices=BACKENDS, help="the language of the kernel"
    )
    output(coding, "a file; standard output unless given")


def _check(options: argparse.Namespace) -> int:
    found = equivalent(options)
    certificate = (
        found.verify(options.exact, seed=options.seed) if options.exact is not None else None
    )
    values = read_values(found, options)
    verdict = found.check(values, trials=options.trials, seed=options.seed, real=options.real)
    line = told(found, values, options)
    if options.json:
        exact = (
            {}
            if certificate is None
            else {"exact": bool(certificate), "exact_order": options.exact}
        )
        print(machine.printed({**machine.verdict(verdict, line), **exact}))
    else:
        print(
            "\n".join(
                [*([str(certificate)] if certificate is not None else []), line, str(verdict)]
            )
        )
    return 1 if certificate is not None and not certificate else _CODES[verdict.verdict]


def _compare(options: argparse.Namespace) -> int:
    """Theory beside samples; where there is no theory at some point the exit code says so."""
    found = equivalent(options)
    values = swept(found, read_values(found, options))
    compared = found.compare(
        values, trials=options.trials, points=options.points, seed=options.seed
    )
    figure = (
        plot(compared, width=options.width).save(options.output)
        if options.output is not None
        else None
    )
    if options.json:
        print(machine.printed(machine.comparison(compared)))
        return 3 * bool(len(compared.refused))
    print(told(found, values, options))
    print(compared)
    if figure:
        print(f"wrote {figure}")
    return 3 * bool(len(compared.refused))


def _codegen(options: argparse.Namespace) -> None:
    written(equivalent(options).source(options.backend), options.output)
