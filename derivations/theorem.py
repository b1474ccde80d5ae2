"""What every derivation states, and how it is run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, Protocol

import numpy as np
from sympy import Expr, Symbol

import planar

__all__ = [
    "CORRELATED",
    "SCALING",
    "SGD",
    "Axis",
    "Curves",
    "Routes",
    "Statement",
    "Theorem",
    "derived_once",
    "run_all",
    "stated",
    "wishart_like",
]

SCALING = '"Scaling and renormalization in high-dimensional regression", arXiv 2405.00592'
"""The source of most statements."""
SGD = (
    '"Two-Point Deterministic Equivalence for Stochastic Gradient Dynamics in Linear Models", '
    "arXiv 2502.05074"
)
CORRELATED = (
    '"Risk and cross validation in ridge regression with correlated samples", arXiv 2408.04607'
)
ORDERS, MOST = 4, 24
"""Orders whose diagrams are counted, and the last one that is looked at."""


@cache
def derived_once(expression: Expr) -> planar.DeterministicEquivalent:
    """The equivalent of an expression, derived once a process."""
    return planar.derive(expression)


class Statement(Protocol):
    """What a file of this folder holds; true where all agrees."""

    @property
    def statement(self) -> str: ...
    @property
    def source(self) -> str: ...
    def run(self, *, trials: int = 60, seed: int = 0) -> bool: ...
    def derived(self) -> tuple[planar.DeterministicEquivalent, ...]: ...


@dataclass(frozen=True)
class Theorem:
    """A statement: the expression to derive, and the published formula, which stands here only to
    be compared.

    ``published`` maps the derived equivalent to the published right-hand side and its definitions,
    written in the names that planar gives (kappa, kappa', ...); ``values`` draws numbers for a
    sampling check, for the letters of a file all at once. ``order`` is that of the certificate,
    ``compared`` that of the comparison, on one draw, where the default takes too long.
    """

    statement: str
    source: str
    expression: Expr
    published: Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]
    values: Callable[[np.random.Generator], Mapping[Any, Any]] | None = None
    order: int = field(default=4, kw_only=True)
    compared: int | None = field(default=None, kw_only=True)

    def derive(self) -> planar.DeterministicEquivalent:
        """The equivalent, derived."""
        return derived_once(self.expression)

    def derived(self) -> tuple[planar.DeterministicEquivalent, ...]:
        """All that is derived here."""
        return (self.derive(),)

    def restated(self, derived: planar.DeterministicEquivalent) -> planar.DeterministicEquivalent:
        """The same expression with the published formula in place of the derived one."""
        rhs, definitions = self.published(derived)
        return derived.restate(rhs, definitions)

    def run(self, *, trials: int = 60, seed: int = 0) -> bool:
        """Derive, compare, verify, check; print each; true where all agree."""
        derived = self.derive()
        print(f"{self.statement}\n[{self.source}]\n\n{derived}\n\n{counted(derived)}")
        same = planar.equal(
            derived,
            self.restated(derived),
            order=self.compared,
            draws=2 if self.compared is None else 1,
        )
        print(f"published form: {same}")
        certificate = derived.verify(self.order)
        print(certificate)
        results = [bool(same), bool(certificate)]
        if self.values is not None:
            results.append(
                _sampled(
                    derived, self.values(np.random.default_rng(seed)), trials=trials, seed=seed
                )
            )
        return all(results)


@dataclass(frozen=True)
class Routes:
    """A statement that needs no published formula: two expressions of one model, derived each for
    itself, are equal.

    ``fixed`` gives deterministic letters the exact values that make it one model; ``values`` draws
    numbers for both.
    """

    statement: str
    source: str
    expressions: tuple[Expr, Expr]
    values: Callable[[np.random.Generator], Mapping[Any, Any]]
    fixed: Mapping[Any, Any] = field(default_factory=dict)
    order: int = field(default=4, kw_only=True)

    def derived(self) -> tuple[planar.DeterministicEquivalent, ...]:
        """All that is derived here."""
        return tuple(map(derived_once, self.expressions))

    def run(self, *, trials: int = 60, seed: int = 0) -> bool:
        """Derive both, compare, verify and check each; print all; true where all agree."""
        print(f"{self.statement}\n[{self.source}]\n")
        one, other = self.derived()
        same = planar.equal(one, other, values=self.fixed)
        print(f"{one}\n\n{other}\n\nthe two routes: {same}")
        results = [bool(same)]
        for derived in (one, other):
            certificate = derived.verify(self.order)
            print(f"{counted(derived)}\n{certificate}")
            results.append(bool(certificate))
            results.append(
                _sampled(
                    derived, self.values(np.random.default_rng(seed)), trials=trials, seed=seed
                )
            )
        return all(results)


@dataclass(frozen=True)
class Axis:
    """The figure of a comparison: what lies across, what upwards, and what each row of the arrays
    is called.
    """

    label: str
    values: Sequence[float]
    vertical: str
    rows: tuple[str, ...] = ("",)
    scale: str = "log"
    upward: str = "log"


@dataclass(frozen=True)
class Curves:
    """A statement about curves, which are numbers: each of ``comparisons`` names two that must
    agree, and how well.

    A comparison returns (derived, other, allowed), arrays of one shape: the other is a published
    formula worked out by other means, or the mean of samples, for which ``allowed`` holds four
    standard errors. ``axes`` draw it. Comparisons take ``draws``, where these are given, in
    proportion to the trials. ``long`` ones are run by ``pytest -m long`` alone.
    """

    statement: str
    source: str
    expressions: tuple[Expr, ...]
    comparisons: Mapping[str, Callable[..., tuple[Any, Any, Any]]]
    axes: Mapping[str, Axis] = field(default_factory=dict, kw_only=True)
    draws: int | None = field(default=None, kw_only=True)
    long: bool = field(default=False, kw_only=True)

    def derived(self) -> tuple[planar.DeterministicEquivalent, ...]:
        """The equivalents that the curves come from."""
        return tuple(map(derived_once, self.expressions))

    def run(self, *, trials: int = 60, seed: int = 0) -> bool:
        """Make each comparison and print it; true where all agree."""
        print(f"{self.statement}\n[{self.source}]\n")
        for derived in self.derived():
            print(f"{derived}\n{counted(derived)}\n")
        results = []
        for name in self.comparisons:
            one, other, allowed = (
                np.asarray(x, float) for x in self.compared(name, trials=trials, seed=seed)
            )
            results.append(bool(np.all(np.abs(one - other) <= allowed)))
            share = np.max(np.abs(one - other) / np.maximum(allowed, 1e-300))
            with np.printoptions(precision=5, suppress=True):
                print(
                    f"{name}: {'agree' if results[-1] else 'disagree'}, {share:.2f} of what is "
                    f"allowed\n  {one}\n  {other}"
                )
        return all(results)

    def compared(self, name: str, *, trials: int = 60, seed: int = 0) -> tuple[Any, Any, Any]:
        """One comparison; ``draws`` are those of 60 trials."""
        more = {} if self.draws is None else {"draws": self.draws * trials // 60}
        return self.comparisons[name](np.random.default_rng(seed), **more)

    def draw(self, folder: Path, *, seed: int = 0) -> list[Path]:
        """One figure a comparison that has axes: lines as derived, points as compared with, bars
        for what is allowed.
        """
        return [
            _figure(folder / f"{name}.svg", axis, self.compared(name, seed=seed))
            for name, axis in self.axes.items()
        ]


Published = Callable[[planar.DeterministicEquivalent], tuple[Expr, Mapping[Symbol, Expr]]]


def stated(
    statements: Mapping[str, tuple[Expr, Expr]],
    published: Callable[[Expr], Published],
    values: Callable[[np.random.Generator], Mapping[Any, Any]],
    *,
    source: str = SCALING,
    order: int,
    compared: int | None = None,
) -> tuple[Theorem, ...]:
    """One theorem a statement, each with its expression and its published right-hand side."""
    return tuple(
        Theorem(
            statement, source, expression, published(rhs), values, order=order, compared=compared
        )
        for statement, (expression, rhs) in statements.items()
    )


def run_all(statements: Iterable[Statement]) -> NoReturn:
    """Run every statement, the rest too where one fails; the exit code says whether all hold.

    ``--report FOLDER`` writes formula, figures, proof, kernel and evidence of each there.
    """
    parser = argparse.ArgumentParser(
        description="Derive, compare with the published form, verify and sample."
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FOLDER",
        help="write formula, figures, proof and kernel of each there",
    )
    parser.add_argument("--trials", type=int, default=60, help="samples of a check (60)")
    parser.add_argument("--seed", type=int, default=0, help="of the values and the samples (0)")
    options = parser.parse_args()
    outcomes = []
    for place, statement in enumerate(statements):
        outcomes.append(statement.run(trials=options.trials, seed=options.seed))
        for number, derived in enumerate(statement.derived() if options.report else ()):
            print(f"report: {derived.report(options.report / f'{place + 1}.{number + 1}')}")
        if options.report and isinstance(statement, Curves):
            for path in statement.draw(options.report, seed=options.seed):
                print(f"figure: {path}")
        print()
    raise SystemExit(not all(outcomes))


def _figure(path: Path, axis: Axis, compared: tuple[Any, Any, Any]) -> Path:
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter

    derived, other, allowed = (np.atleast_2d(np.asarray(x, float)) for x in compared)
    figure = Figure(figsize=(4.8, 3.4), layout="constrained")
    panel = figure.subplots()
    for row, (line, points) in enumerate(zip(derived, other, strict=True)):
        bars = np.broadcast_to(allowed, derived.shape)[row]
        panel.plot(axis.values, line, color=f"C{row}", label=axis.rows[row] or None)
        panel.errorbar(axis.values, points, bars, fmt="o", color=f"C{row}", markersize=4, capsize=2)
    panel.set(xlabel=axis.label, ylabel=axis.vertical, xscale=axis.scale, yscale=axis.upward)
    if axis.scale == "log":
        shown = axis.values if len(axis.values) < 9 else ()
        panel.set_xticks(shown or panel.get_xticks(), [f"{v:g}" for v in shown] or None)
        panel.set_xlim(min(axis.values) / 1.2, max(axis.values) * 1.2)
        panel.xaxis.set_minor_formatter(NullFormatter())
    if any(axis.rows):
        panel.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    return path


def counted(derived: planar.DeterministicEquivalent) -> str:
    """How many planar diagrams each of the first orders sums, those left out that have none."""
    counts: dict[int, int] = {}
    try:
        for order in range(MOST + 1):
            counts |= {order: count} if (count := derived.count_diagrams(order)) else {}
            if len(counts) == ORDERS:
                break
    except planar.PlanarError:
        return "no diagrams of its own: it holds a product of traces, or a term without any"
    return "planar diagrams: " + ", ".join(
        f"{count} of order {order}" for order, count in counts.items()
    )


def _sampled(
    derived: planar.DeterministicEquivalent, values: Mapping[Any, Any], *, trials: int, seed: int
) -> bool:
    """Print the sampling verdict, for those values that the expression holds."""
    held = {letter: value for letter, value in values.items() if derived.lhs.has(letter)}
    verdict = derived.check(held, trials=trials, seed=seed)
    print(verdict)
    return bool(verdict)


def wishart_like(rng: np.random.Generator, n: int) -> np.ndarray[Any, Any]:
    """A well-conditioned positive n x n matrix for the examples."""
    x = rng.standard_normal((n, 2 * n))
    return np.asarray(x @ x.T / (2 * n))
