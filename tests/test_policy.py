"""One solver policy in four backends: the same points accepted and refused, the same values."""

from __future__ import annotations

import importlib
import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from letters import A1, A2, A, G, H, K, M, N, O, P, Q, U, V, W, lam, mu, positive, z
from test_backends import OTHERS, chosen, module

from planar import RotationInvariant, derive, deterministic, resolvent, tr
from planar.kernels import policy, runtimes
from planar.kernels.backends.registry import BACKENDS
from planar.kernels.c_library import SAFE_MATH
from planar.kernels.policy import POLICY
from planar.kernels.runtimes import array_operations

RNG = np.random.default_rng(5)
ONE, TWO, SKEW = positive(RNG, 6), positive(RNG, 6), RNG.standard_normal((6, 6)) / np.sqrt(6)
RANK = np.diag([0, 0, 1.0, 1, 2, 3])
ATOMS = RotationInvariant("B", N, spectrum=[1, 1, 3])
J, L = deterministic("J", N), deterministic("L", N)
LOW, HIGH = (1 - np.sqrt(0.5)) ** 2, (1 + np.sqrt(0.5)) ** 2
RIDGES = np.array([1e12, 1.0, 1e-3, 1e-6, 1e-12, 1e-30, 0.0, -0.3])
AXIS = np.array([LOW, LOW + 1e-3, 1.0, HIGH - 1e-6, HIGH + 1e-6, LOW - 1e-8, 0.0, -1.0, 1e-14])
PLANE = np.array([*(1e-4j - AXIS), 1e-9j - HIGH, 3 + 4j, 1e-3j, 1e40 + 1j])
CLEAR = np.array([3 + 4j, 1j, 0.5 + 0.5j, 1 + 1e-4j, -6 + 1e-6j, 5.0, -6.0])
"""Elsewhere the iteration of Haar letters is chaotic, and rounding decides where it ends."""
REAL = np.array([9.0, 0.3, 0.0, -1, 1e40, -9, 1e-9])
POINTS = {
    "ridges, few samples": (tr(resolvent(A * W, lam)), {A: ONE, P: 4, lam: RIDGES}),
    "ridges, many samples": (tr(resolvent(A * W, lam)), {A: ONE, P: 12, lam: RIDGES}),
    "ridges, rank": (tr(resolvent(A * W, lam)), {A: RANK, P: 12, lam: RIDGES}),
    "two ridges": (
        tr(resolvent(A * W, lam) * M * resolvent(W * A, mu)),
        {A: ONE, M: SKEW, P: 4, lam: RIDGES, mu: 0.3},
    ),
    "Wishart on the axis": (tr(resolvent(W, z)), {N: 100, P: 200, z: -AXIS}),
    "Wishart in the plane": (tr(resolvent(W, z)), {N: 100, P: 200, z: PLANE}),
    "GOE": (
        tr(resolvent(H, z)),
        {N: 10, z: np.array([1.0, 1.999, 2 - 1e-9, 2 + 1e-9, -2.001, -3, 0])},
    ),
    "Haar": (
        tr(resolvent(A * O * U * O.T, lam)),
        {A: ONE, U: TWO, lam: np.array([1e3, 1.0, 1e-3, 1e-30, 0.0, -0.3])},
    ),
    "Haar in the plane": (tr(resolvent(A * O * U * O.T, z)), {A: ONE, U: TWO, z: CLEAR}),
    "projection": (tr(resolvent(A * Q, lam)), {A: ONE, K: 3, lam: RIDGES}),
    "projection in the plane": (tr(resolvent(A * Q, z)), {A: ONE, K: 3, z: PLANE}),
    "Ginibre": (
        tr(resolvent(G, z)),
        {N: 50, z: np.array([0.3, 0.9, 1.0, 1 + 1e-9, 1.1, 3.0, 0, -0.5, -2])},
    ),
    "Ginibre in the plane": (
        tr(resolvent(G, z)),
        {N: 50, z: np.array([0.3j, 0.9 + 0j, 1.1j, 3.0 + 1j, 0])},
    ),
    "spectrum": (tr(resolvent(A * ATOMS, lam)), {A: ONE, lam: RIDGES}),
    "spectrum twice": (tr(resolvent(A * ATOMS + ATOMS * A, z)), {A: ONE, z: REAL}),
    "system": (tr(resolvent(A * W + W * A, z)), {A: ONE, P: 9, z: REAL}),
    "system in the plane": (
        tr(resolvent(A * W + W * A, z)),
        {A: ONE, P: 9, z: np.array([5j, 0.1j, 0, 1e-6j - 1, 1e-3j - 5, 30])},
    ),
    "two bulks": (tr(resolvent(W + A * V * A, z)), {A: ONE, P: 9, K: 5, z: REAL}),
    "no symmetry": (tr(resolvent(J * W, z)), {J: SKEW, P: 9, z: REAL}),
    "singular matrices": (
        tr(resolvent(J + L + H, z)),
        {J: -RANK, L: 0 * SKEW, z: np.array([9.0, 2, 1, 0, 3, 1e-9, -9])},
    ),
    "nothing random is left": (tr(resolvent(J * H * L, z)), {J: 0 * SKEW, L: SKEW, z: REAL}),
    "a matrix": (resolvent(A1 * W * A2, z), {A1: ONE, A2: RANK, P: 9, z: REAL}),
}
QUICK = {
    "c": tuple(POINTS),
    "numba": ("ridges, few samples", "Wishart in the plane"),
    "jax": ("ridges, few samples", "nothing random is left", "Ginibre"),
}


@cache
def solutions(name: str, backend: str):
    """The points of a case, solved by a backend."""
    expression, values = POINTS[name]
    return derive(expression).compile(backend).solve(values)


@pytest.mark.parametrize(
    ("backend", "name"),
    [chosen(b, n, marks=[pytest.mark.long] * (n not in QUICK[b])) for b in OTHERS for n in POINTS],
)
def test_backends_accept_and_refuse_the_same_points(backend, name):
    ours, theirs = solutions(name, "numpy"), solutions(name, backend)
    np.testing.assert_array_equal(theirs.good, ours.good)
    for k in np.flatnonzero(ours.good):
        allowed = min(1e-7, 1e-12 / (1 - ours.gamma[k])) * np.max(np.abs(ours.value[k]))
        assert np.max(np.abs(theirs.value[k] - ours.value[k])) <= allowed


@pytest.mark.long
def test_the_hard_points_are_hard():
    """Every case but those of one spectrum accepts some points and refuses others."""
    seen = [solutions(n, "numpy").good for n in POINTS]
    assert sum(0 < good.sum() < good.size for good in seen) >= 15


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_module_carries_the_numbers_of_the_policy(backend, monkeypatch):
    expression = tr(resolvent(A * W, lam))
    assert re.search(r"\bCONVERGED = 1e-10\b", derive(expression).source(backend))
    monkeypatch.setattr(
        policy,
        "POLICY",
        replace(POLICY, converged=1e-7, sweeps=(3,), change=(0.5,), slowing=(1.0,)),
    )
    text = derive(expression).source(backend)
    assert re.search(r"\bCONVERGED = 1e-07\b", text)
    assert re.search(r"\bSWEEPS(\[\])? = [({]3,?[)}]", text)
    assert "POLICY" not in text


@pytest.mark.parametrize(
    "path", sorted(Path(runtimes.__file__).parent.glob("*.[pc]*")), ids=lambda p: p.name
)
def test_no_solver_has_a_tolerance_of_its_own(path):
    lines = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\d[eE]-\d", line)
    ]
    assert [x for x in lines if "cabs(a[low" not in x] == []


def test_each_stage_has_its_three_numbers():
    assert len(POLICY.sweeps) == len(POLICY.change) == len(POLICY.slowing)
    assert POLICY.exact < POLICY.converged < POLICY.accepted < POLICY.unsure


def test_what_is_no_number_is_not_accepted():
    nan, inf = np.nan, np.inf
    residual, gamma = np.array([0, nan, 0, 0, 0, 1.0]), np.array([0.5, 0.5, nan, 1.0, 0.5, 0.5])
    value = np.array([1.0, 1, 1, 1, inf, 1])
    assert array_operations.accepted(residual, gamma, value).tolist() == [True] + 5 * [False]
    undefined = np.array([[[1.0, nan]]])
    assert array_operations.accepted(residual[:1], gamma[:1], undefined).tolist() == [False]
    assert [POLICY.on_branch(r, g) for r, g in zip(residual[:4], gamma[:4], strict=True)] == [
        True,
        False,
        False,
        False,
    ]


def test_an_inverse_that_there_is_not_spoils_its_own_point_alone():
    points = np.array(
        [
            np.eye(2),
            np.zeros((2, 2)),
            [[1, 1], [1, 1]],
            [[np.nan, 0], [0, 1]],
            [[np.inf, 0], [0, 1]],
            2 * np.eye(2),
        ]
    )
    found = array_operations.inverse(points)
    assert np.isnan(found[1:5]).all()
    np.testing.assert_array_equal(found[[0, 5]], [np.eye(2), np.eye(2) / 2])


@pytest.mark.parametrize("backend", [chosen("numpy"), chosen("jax")])
def test_a_module_refuses_what_the_kernel_refuses(backend):
    """Where the value is infinite though the branch is sure, a module of its own gives no number
    either.
    """
    found = module(derive(tr(resolvent(A * W, lam) * M)), backend)
    m = np.eye(3)
    m[0, 0] = np.inf
    values = {"A": np.diag([1.0, 2, 3]), "M": m, "lam": 0.5, "P": 4}
    if backend == "jax":
        assert np.isnan(found["equivalent"](**values))
    else:
        with (
            np.errstate(all="ignore"),
            pytest.raises(ArithmeticError, match="no solution on the physical branch"),
        ):
            found["equivalent"](**values)


@pytest.mark.optional("numba", "c")
def test_a_gamma_that_is_no_number_is_not_lost_in_a_maximum(tmp_path):
    pointwise = importlib.import_module("planar.kernels.runtimes.pointwise_algebra")
    assert all(
        np.isnan(pointwise.larger_at.py_func(*pair)) for pair in ((np.nan, 0.5), (0.5, np.nan))
    )
    assert pointwise.larger_at.py_func(0.5, 0.25) == 0.5
    text = derive(tr(resolvent(A * W, lam))).source("c")
    values = "MAX(NAN, 0.5), MAX(0.5, NAN), MAX(0.5, 0.25)"
    main = f'int main(void) {{ printf("%g %g %g\\n", {values}); return 0; }}'
    (tmp_path / "main.c").write_text(f"{text}\n#include <stdio.h>\n{main}\n")
    subprocess.run(
        ["cc", "-std=c11", "-O2", *SAFE_MATH, "main.c", "-o", "main", "-lm"],
        cwd=tmp_path,
        check=True,
        timeout=60,
    )
    printed = subprocess.run(
        ["./main"], cwd=tmp_path, check=True, timeout=60, capture_output=True, text=True
    ).stdout
    assert [x.lstrip("-") for x in printed.split()] == ["nan", "nan", "0.5"]
