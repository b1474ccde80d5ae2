"""Benchmarks over time: ``python -m tests.benchmarks.baseline`` measures, and compares.

Figures are ratios and sizes, never seconds. A ratio is the best time of a piece of work over the
best time of a yardstick that knows nothing of planar, run in turns with it, so that the speed of a
machine divides out. A size is the length of a derived formula, or the number of its definitions.
They are compared with ``baseline.json`` beside this file; what is more than 25 % slower fails, and
so does a formula that is longer at all, since its length is the same on every machine.

``--write`` makes the figures of this run the baseline; ``--forms`` measures sizes alone, and leaves
ratios as they are; ``-o FILE`` writes the figures as JSON elsewhere.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sympy import expand, symbols

sys.path.insert(0, str(Path(__file__).parents[1]))

from expressions import EVERY
from letters import A, M, P, W, lam, mu

import planar
from benchmarks.forms import figures as sizes
from planar import resolvent, tr

FILE = Path(__file__).with_name("baseline.json")
RATIOS = "ratio to the yardstick"
TOLERANCES = {RATIOS: 0.25, "characters": 0.0}
"""By how much a figure may grow; definitions may, where they make a formula shorter."""
ROUNDS = 5

Work = Callable[[], Any]
Figures = dict[str, dict[str, float]]


def symbolic() -> None:
    """The yardstick of symbolic work: SymPy expands a power."""
    x, y, z = symbols("x y z")
    for n in range(4, 9):
        expand((x + y + n * z) ** n)


def numeric() -> None:
    """The yardstick of numeric work: numpy multiplies matrices and goes through arrays."""
    matrix = np.random.default_rng(0).standard_normal((300, 300))
    for _ in range(10):
        matrix = np.tanh(matrix @ matrix.T / 300)


def works() -> dict[str, tuple[Work, Work]]:
    """Pieces of work with their yardsticks, by name."""
    one, two = tr(resolvent(A * W, lam)), resolvent(A * W, lam) * M * resolvent(W * A, mu)
    names = sorted(EVERY)
    equivalent, trace = planar.derive(two), planar.derive(one)
    kernel, spectrum = trace.compile(), planar.spectrum(np.geomspace(1e-3, 1, 500))
    ridges = {A: spectrum, P: 300, lam: np.geomspace(0.01, 10, 500)}
    example = equivalent.example(size=60)
    cumulants = [1] * 120

    def curves() -> Any:
        modes = np.arange(1, 401.0)
        setting = {"spectrum": modes**-1.2, "teacher": modes**-0.4, "samples": 300, "noise": 0.1}
        times = np.geomspace(1, 1000, 40).round()
        return planar.dynamics.sgd_curves(**setting, times=times, batch_size=4, learning_rate=0.1)

    return {
        "derive a quarter of the expressions": (
            lambda: [planar.derive(EVERY[name]) for name in names[::4]],
            symbolic,
        ),
        "derive the two-point function": (lambda: planar.derive(two), symbolic),
        "write its LaTeX": (equivalent.latex, symbolic),
        "enumerate its diagrams of order 5": (lambda: list(equivalent.diagrams(5)), symbolic),
        "verify it to order 4": (lambda: equivalent.verify(4), symbolic),
        "its proof": (lambda: planar.derive(two).steps, symbolic),
        "print its numpy module": (lambda: planar.derive(two).source(), symbolic),
        "expectation of tr W^6, all genera": (lambda: planar.expectation(tr(W**6)), symbolic),
        "moments to order 120": (lambda: planar.cumulants.moments(cumulants), symbolic),
        "partitions of 12 points as an array": (
            lambda: planar.noncrossing.partition_array(12),
            numeric,
        ),
        "kernel, 500 modes at 500 ridges": (lambda: kernel(ridges), numeric),
        "density at 100 points": (
            lambda: trace.density(np.linspace(0.05, 3, 100), {A: spectrum, P: 300}),
            numeric,
        ),
        "20 samples of 60 x 60": (lambda: equivalent.check(example, trials=20), numeric),
        "curves of SGD, 400 modes": (curves, numeric),
    }


def ratio(work: Work, yardstick: Work) -> float:
    """Best time of one over best time of the other, in turns, after one run of each to warm up."""
    best = [np.inf, np.inf]
    for round_ in range(ROUNDS + 1):
        for place, run in enumerate((work, yardstick)):
            start = perf_counter()
            run()
            if round_:
                best[place] = min(best[place], perf_counter() - start)
    return best[0] / best[1]


def ratios() -> Figures:
    """Each piece of work beside its yardstick."""
    return {RATIOS: {name: round(ratio(*pair), 4) for name, pair in works().items()}}


def baseline() -> Figures:
    """The committed figures."""
    known: Figures = json.loads(FILE.read_text(encoding="utf-8"))
    return known


def compared(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]]
) -> tuple[Table, list[str]]:
    """A table of what changed, and a line for each figure that is worse than its kind allows.

    >>> was = {"characters": {"a": 40, "b": 50}, "ratio to the yardstick": {"c": 1.0}}
    >>> now = {"characters": {"a": 41, "b": 50}, "ratio to the yardstick": {"c": 1.2}}
    >>> compared(was, now)[1]
    ['a: characters 40 -> 41']
    """
    table, worse = Table("figure", "what", "baseline", "now", "change"), list[str]()
    for kind, figures in after.items():
        for name, now in figures.items():
            then = before.get(kind, {}).get(name)
            if then is None:
                table.add_row(kind, name, "", f"{now:g}", "new")
                continue
            if now > (1 + TOLERANCES.get(kind, np.inf)) * then:
                worse.append(f"{name}: {kind} {then:g} -> {now:g}")
            if kind == RATIOS or now != then:
                table.add_row(kind, name, f"{then:g}", f"{now:g}", _change(then, now))
    return table, worse


def _change(then: float, now: float) -> str:
    return f"{now / then - 1:+.0%}" if then else f"{now:+g}"


def main(arguments: list[str] | None = None) -> int:
    """Measure, write or compare; 1 where a figure is worse than its kind allows."""
    parser = ArgumentParser(prog="python -m tests.benchmarks.baseline")
    parser.add_argument("--write", action="store_true", help="make this run the baseline")
    parser.add_argument("--forms", action="store_true", help="formulas alone, nothing is timed")
    parser.add_argument("-o", "--output", type=Path, help="file for the figures as JSON")
    asked = parser.parse_args(arguments)
    before = baseline()
    figures = sizes() if asked.forms else ratios() | sizes()
    kept = {RATIOS: before[RATIOS]} if asked.forms else {}
    text = json.dumps(kept | figures, indent=1, ensure_ascii=False) + "\n"
    for file in (asked.output, FILE if asked.write else None):
        if file is not None:
            file.write_text(text, encoding="utf-8")
    table, worse = compared(before, figures)
    console = Console(width=110)
    console.print(table)
    for line in worse:
        console.print(f"worse: {line}")
    return 1 if worse else 0


if __name__ == "__main__":
    raise SystemExit(main())
