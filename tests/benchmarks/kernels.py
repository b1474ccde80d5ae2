"""Kernels beside what one would write by hand, as ratios of one run: ``python -m
tests.benchmarks.kernels``.

The two of every row are timed alternately, five rounds, the best of each; their numbers are
compared first. Ratios travel, seconds do not. One BLAS thread (``OPENBLAS_NUM_THREADS=1``) makes
them steadier.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from letters import A, M, N, P, W, lam, mu

import planar
from planar import resolvent, tr
from planar.kernels.backends.registry import BACKENDS
from planar.kernels.c_library import FLAGS, SAFE_MATH

Array = NDArray[Any]
Work = Callable[[], Any]
COMPILER = shutil.which(os.environ.get("CC", "cc")) if find_spec("cffi") else None
SCIPY, NUMBA = (find_spec(name) is not None for name in ("scipy", "numba"))
ROUNDS = 5

ONE = planar.derive(tr(resolvent(A * W, lam)))
TWO = planar.derive(tr(resolvent(A * W, lam) * M * resolvent(W * A, mu)))


def power_law(n: int) -> Array:
    """Eigenvalues that fall like j^-1.2, of mean one."""
    a = np.arange(1, n + 1) ** -1.2
    return a / a.mean()


@dataclass(frozen=True)
class Row:
    """One line of the table; ``goal`` bounds the ratio from above."""

    work: str
    planar: float
    opponent: str
    other: float
    goal: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Missing:
    """A line that could not be measured, and why."""

    work: str
    note: str


def duel(ours: Work, theirs: Work) -> tuple[float, float]:
    """The shortest times of two works that take turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, found in zip((ours, theirs), times, strict=True):
            start = perf_counter()
            work()
            found.append(perf_counter() - start)
    return min(times[0]), min(times[1])


def agree(ours: Any, theirs: Any, scale: float | None = None) -> None:
    """The same numbers to nine digits, also relative to a common scale."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    difference = np.abs(ours - theirs) / (np.abs(theirs) if scale is None else scale)
    assert difference.max() < 1e-9, f"relative difference {difference.max():.1e}"


# -- by hand ---------------------------------------------------------------------------------------


def kappa_numpy(lams: Array, a: Array, q: float, start: Array | None = None) -> Array:
    """Newton in blocks of 64 points, those that have converged left out."""
    found = (lams + q * a.mean()) if start is None else start.copy()
    for i in range(0, len(lams), 64):
        todo = np.arange(i, min(i + 64, len(lams)))
        for _ in range(100):
            k = found[todo]
            u = k[:, None] + a
            np.divide(a, u, out=u)
            df1, df2 = u.sum(axis=1) / len(a), np.einsum("ij,ij->i", u, u) / len(a)
            step = (k - lams[todo] - q * k * df1) / (1 - q * df2)
            found[todo] = k - step
            todo = todo[np.abs(step) > 1e-9 * np.abs(found[todo])]
            if not len(todo):
                break
    return found


def value_numpy(lams: Array, kappa: Array, a: Array) -> Array:
    """(kappa/lam) mean 1/(kappa + a)."""
    means = [(1 / (kappa[i : i + 64, None] + a)).sum(axis=1) for i in range(0, len(kappa), 64)]
    return kappa / lams * np.concatenate(means) / len(a)


def one_numpy(lams: Array, a: Array, q: float) -> Array:
    return value_numpy(lams, kappa_numpy(lams, a, q), a)


BY_HAND = """
#include <math.h>
void by_hand(long points, const double *lams, long n, const double *a, double q, double *out)
{
    double mean = 0;
    for (long i = 0; i < n; i++) mean += a[i];
    mean /= n;
    for (long p = 0; p < points; p++) {
        double lam = lams[p], kappa = lam + q * mean;
        for (int turn = 0; turn < 100; turn++) {
            double df1 = 0, df2 = 0;
            for (long i = 0; i < n; i++) {
                double u = a[i] / (kappa + a[i]);
                df1 += u;
                df2 += u * u;
            }
            double step = (kappa - lam - q * kappa * df1 / n) / (1 - q * df2 / n);
            kappa -= step;
            if (fabs(step) < 1e-9 * kappa) break;
        }
        double sum = 0;
        for (long i = 0; i < n; i++) sum += 1 / (kappa + a[i]);
        out[p] = kappa / lam * sum / n;
    }
}
"""


def one_c(lams: Array, a: Array, q: float) -> Callable[[], Array]:
    """The same Newton in C, one point after another, with the flags of planar's own."""
    ffi = importlib.import_module("cffi").FFI()
    ffi.cdef(
        "void by_hand(long points, const double *lams, long n, const double *a, double q, "
        "double *out);"
    )
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "hand.c", Path(folder) / "hand.so"
        source.write_text(BY_HAND)
        subprocess.run(
            [str(COMPILER), *FLAGS, *SAFE_MATH, str(source), "-o", str(target), "-lm"], check=True
        )
        library = ffi.dlopen(str(target))

    def work() -> Array:
        out = np.empty(len(lams))
        lams_, a_, out_ = (ffi.cast("double *", x.ctypes.data) for x in (lams, a, out))
        library.by_hand(len(lams), lams_, len(a), a_, q, out_)
        return out

    return work


def one_scipy(lams: Array, a: Array, q: float, method: str) -> Array:
    """A root finder for every lambda."""
    optimize = importlib.import_module("scipy.optimize")
    mean, found = a.mean(), []
    for x in lams:

        def f(k: float, x: float = x) -> float:
            return float(k - x - q * k * np.mean(a / (k + a)))

        def slope(k: float) -> float:
            return float(1 - q * np.mean((a / (k + a)) ** 2))

        if method == "brentq":
            kappa = optimize.brentq(f, x, x + q * mean, xtol=1e-300, rtol=1e-12)
        else:
            kappa = optimize.newton(f, x + q * mean, slope, tol=1e-300, rtol=1e-9, maxiter=100)
        found.append(kappa / x * np.mean(1 / (kappa + a)))
    return np.array(found)


def density_numpy(x: Array, a: Array, q: float) -> Array:
    """A damped start high above the axis, Newton down to Im z = 1e-6, from there to the axis
    itself.
    """
    height = 4 * a.max()
    z = -x - 1j * height
    kappa = z.copy()
    for _ in range(60):
        df1 = np.concatenate(
            [(a / (kappa[i : i + 64, None] + a)).sum(axis=1) for i in range(0, len(x), 64)]
        ) / len(a)
        kappa = (kappa + z / (1 - q * df1)) / 2
    for h in (*height * np.logspace(0, np.log10(1e-6 / height), 28), 0):
        z = -x - 1j * h
        kappa = kappa_numpy(z, a, q, kappa)
    return value_numpy(z, kappa, a).imag / np.pi


# -- rows ------------------------------------------------------------------------------------------


def ready(backend: str) -> bool:
    """Whether there is such a backend, and what it needs."""
    return (
        backend in BACKENDS
        and (backend != "c" or COMPILER is not None)
        and (backend != "numba" or NUMBA)
    )


def one_frequency() -> Iterator[Row | Missing]:
    """1000 parameters, 4096 eigenvalues, each backend."""
    a, lams, p = power_law(4096), np.geomspace(1e-4, 1, 1000), 2048
    q, values = len(a) / p, {A: planar.spectrum(a), lam: lams, N: len(a), P: p}
    size = "1000 lambdas x 4096, "
    hand: dict[str, tuple[str, Work]] = {"numpy": ("numpy Newton", partial(one_numpy, lams, a, q))}
    if COMPILER:
        hand["c"] = hand["numba"] = ("C by hand", one_c(lams, a, q))
    loops = {"numpy": ("brentq", "newton"), "c": ("brentq", "newton")} if SCIPY else {}
    for backend, goal in (("numpy", 1.5), ("c", 2.0), ("numba", 2.0)):
        if not ready(backend) or backend not in hand:
            why = (
                "no such backend yet"
                if backend not in BACKENDS
                else "cffi, a C compiler or numba is not installed"
            )
            yield Missing(size + backend, why)
            continue
        work = partial(ONE.compile(backend), values)
        name, other = hand[backend]
        agree(work(), other())
        yield Row(size + backend, *beside(work, name, other), goal)
        for method in loops.get(backend, ()):
            loop = partial(one_scipy, lams[::10], a, q, method)
            agree(work()[::10], loop())
            ours, theirs = duel(work, loop)
            yield Row(
                size + backend,
                ours,
                f"scipy {method}, a loop",
                10 * theirs,
                1 / 30,
                "100 of the lambdas, scaled",
            )


def beside(ours: Work, name: str, theirs: Work) -> tuple[float, str, float]:
    """Time, opponent, its time."""
    a, b = duel(ours, theirs)
    return a, name, b


def two_frequencies() -> Iterator[Row]:
    """A grid of 1000 x 1000 against the matrix products of its two traces."""
    a, p = power_law(2000), 1500
    m, q = np.random.default_rng(0).uniform(0.5, 2, len(a)), len(a) / p
    kernel = TWO.compile()
    for title, turn in (("real", 1.0), ("complex", np.exp(0.4j))):
        x, y = np.geomspace(1e-2, 1, 1000) * turn, np.geomspace(2e-2, 3, 1000) * turn
        values = {A: planar.spectrum(a), M: m, lam: x[:, None], mu: y[None, :], N: len(a), P: p}
        work = partial(kernel, values)
        k, l = (kappa_numpy(z, a, q, z + q * a.mean()) for z in (x, y))
        g, h = 1 / (k[:, None] + a), 1 / (l[:, None] + a)
        left, right = (g * a * a, g * m), h.T.copy()
        df2, trace = (z @ right / len(a) for z in left)
        agree(work(), np.outer(k / x, l / y) * trace / (1 - q * df2))
        products = partial(lambda left, right: [z @ right for z in left], left, right)
        name = "two matrix products"
        yield Row(
            f"1000 x 1000 frequencies x 2000, {title}",
            *beside(work, name, products),
            2.0,
            "numpy backend",
        )


def long_spectra() -> Iterator[Row]:
    """A million eigenvalues, compressed, against two hundred."""
    a, lams, p, few = power_law(10**6), np.geomspace(1e-4, 1, 1000), 500_000, 200
    start = perf_counter()
    short = planar.spectrum(a).compressed()
    took = perf_counter() - start
    given = {lam: lams, N: len(a), P: p}
    plain = planar.spectrum(a[:: len(a) // few], weights=np.ones(few))
    some = slice(0, None, 250)
    note = f"{len(short)} nodes; compression, beforehand: {seconds(took)}"
    for backend in filter(ready, ("numpy", "c", "numba")):
        kernel = ONE.compile(backend)
        ours, theirs = (partial(kernel, {A: s, **given}) for s in (short, plain))
        agree(ours()[some], one_numpy(lams[some], a, len(a) / p))
        agree(theirs(), one_numpy(lams, plain.eigenvalues, len(a) / p))
        yield Row(
            f"10^6 eigenvalues, compressed, {backend}",
            *beside(ours, "200 eigenvalues", theirs),
            2.0,
            note,
        )


def sampling() -> Iterator[Row]:
    """Draws of a check at N = 300 against the linear algebra that they need."""
    n, p, trials, x = 300, 200, 40, 0.5
    a = power_law(n)
    values = {A: planar.spectrum(a), lam: x, N: n, P: p}
    work = partial(ONE.check, values, trials=trials, seed=0)
    verdict = work()
    assert verdict, str(verdict)
    assert verdict.trials == trials, "the check took more trials than asked for"

    def needed() -> float:
        found = []
        for seed in np.random.SeedSequence(0, spawn_key=(1,)).spawn(trials):
            rng = np.random.default_rng(seed)
            pair = rng.standard_normal((2, p, n))
            g = (pair[0] + 1j * pair[1]) / np.sqrt(2 * p)
            solved = np.linalg.solve(a[:, None] * (g.conj().T @ g) + x * np.eye(n), np.eye(n))
            found.append(np.trace(solved) / n)
        return float(np.mean(found).real)

    agree(verdict.table[0].sampled.real, needed())
    note = f"{trials} trials: Gaussian {p} x {n}, product, solve"
    yield Row("check at N = 300", *beside(work, "numpy and LAPACK", needed), None, note)


def densities() -> Iterator[Row]:
    """The spectral density on the axis, every point with its evidence."""
    a, p = power_law(1000), 2000
    x = np.geomspace(1e-5, 2, 1000)
    work, other = (
        partial(ONE.density, x, {A: planar.spectrum(a), N: len(a), P: p}),
        partial(density_numpy, x, a, len(a) / p),
    )
    found, theirs = work(), other()
    inside = (found.status == "bulk") & (found.density > 1e-3)
    agree(found.density[inside], theirs[inside], np.max(found.density))
    count = int((found.status == "failed").sum())
    note = f"{int(inside.sum())} in the bulk, {count} failed"
    yield Row(
        "density, 1000 points x 1000", *beside(work, "numpy Newton to 1e-6", other), None, note
    )


# -- the table -------------------------------------------------------------------------------------


def seconds(time: float) -> str:
    """A time in its own unit."""
    return f"{time:.2f} s" if time >= 1 else f"{1e3 * time:.3g} ms"


def written(ratio: float) -> str:
    """A ratio, or its inverse where that is large."""
    return f"1/{1 / ratio:.3g}" if ratio < 0.2 else f"{ratio:.2f}"


def main() -> None:
    """Print the table."""
    table = Table(title="kernels: planar's time over that of its opponent, both in this run")
    for name in ("work", "planar", "opponent", "its time", "ratio", "goal", "note"):
        table.add_column(name, justify="left" if name in ("work", "opponent", "note") else "right")
    for part in (one_frequency, two_frequencies, long_spectra, sampling, densities):
        for row in part():
            if isinstance(row, Missing):
                table.add_row(row.work, "", "", "", "", "", f"not measured: {row.note}")
                continue
            ratio = row.planar / row.other
            goal = "" if row.goal is None else written(row.goal)
            table.add_row(
                row.work,
                seconds(row.planar),
                row.opponent,
                seconds(row.other),
                written(ratio),
                goal,
                row.note,
            )
        table.add_section()
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
