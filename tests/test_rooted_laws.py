"""Letters whose R has a root, several times in a resolvent: off the spectrum there is a value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from letters import K, N, z
from sympy import Rational, Symbol

import planar
from planar import RandomProjection, RotationInvariant, derive, resolvent, tr
from planar.kernels.backends.infix import LONGEST, Infix

B = RotationInvariant("B", N, spectrum=[-1, 2])
Q = RandomProjection("Q", N, K)
A = planar.deterministic("A", N, symmetric=True)
SHIFTS = (1.5j, 0.4 + 0.9j, -3 + 0.6j, 2.0)


def of_eigenvalues(values: tuple[float, ...], shift: complex) -> complex:
    return sum(1 / (shift + x) for x in values) / len(values)


@pytest.mark.parametrize("shift", SHIFTS)
def test_polynomials_of_one_letter_have_the_mean_over_its_eigenvalues(shift: complex) -> None:
    for polynomial, values in (
        (B**3 - B, (0.0, 6.0)),
        (B**2 - 2 * B, (3.0, 0.0)),
        (B**2 + B * Rational(1, 2), (0.5, 5.0)),
        (Q + Q**2, (0.0, 2.0)),
    ):
        given = {N: 40, z: shift, **({K: 20} if polynomial.has(Q) else {})}
        value = derive(tr(resolvent(polynomial, z))).evaluate(given)
        assert value == pytest.approx(of_eigenvalues(values, shift), abs=1e-9)


def drawn(rng: np.random.Generator, n: int) -> np.ndarray:
    pair = rng.standard_normal((2, n, n))
    u, _ = np.linalg.qr(pair[0] + 1j * pair[1])
    return u


@pytest.mark.parametrize("shift", [4.6 + 0.5j, -1.5 + 1j, 1j])
def test_beside_another_letter_it_is_the_mean_of_samples(shift: complex) -> None:
    a, n, rng = (
        np.diag(np.tile([-1.5, -0.5, 0.2, 0.7, 1.0, 2.0], 20)),
        120,
        np.random.default_rng(0),
    )
    equivalent = derive(tr(resolvent(B**2 + A, z)))
    means = []
    for _ in range(12):
        u = drawn(rng, n)
        b = (u * np.repeat([-1.0, 2.0], n // 2)) @ u.conj().T
        means.append(np.trace(np.linalg.inv(b @ b + a + shift * np.eye(n))) / n)
    error = np.std(means) / np.sqrt(len(means)) + 1e-4
    assert abs(equivalent.evaluate({A: a, z: shift}) - np.mean(means)) < 5 * error


def test_points_on_the_spectrum_stay_refused() -> None:
    kernel = derive(tr(resolvent(B * A + A * B, z))).compile()
    a = np.diag([-1.5, -0.5, 0.2, 0.7, 1.0, 2.0])
    inside = kernel.solve({A: a, z: np.array([-2.0, -1.0, 1.0, 2.5])})
    assert not inside.good.any()


def test_sums_of_any_length_are_read_by_python() -> None:
    """A sum of sums, since Python compiles none of many thousand terms."""
    terms = [f"x{i % 3}" if i % 2 else f"-x{i % 5}" for i in range(20_000)]
    text = Infix.sum(terms)
    names: dict[str, Any] = {f"x{i}": float(i + 1) for i in range(5)}
    expected = sum(names[t] if t[0] != "-" else -names[t[1:]] for t in terms)
    assert eval(compile(text, "sum", "eval"), names) == pytest.approx(expected)
    assert Infix.sum(terms[:LONGEST]).count("(") == 0


@pytest.mark.parametrize("name", ["O + O.T + A", "O A + A O.T"])
def test_a_real_point_inside_the_spectrum_has_no_value(name: str) -> None:
    """Values stand where the resolvent continues into the plane, as those of samples do."""
    o, a = planar.HaarOrthogonal("O", N), planar.deterministic("A", N, symmetric=True)
    matrix = {"O + O.T + A": o + o.T + a, "O A + A O.T": o * a + a * o.T}[name]
    place = Symbol("x", real=True)
    kernel = planar.derive(planar.tr(planar.resolvent(-matrix, place))).compile()
    values = {a: np.diag([-1.5, -0.5, 0.2, 0.7, 1.0, 2.0])}
    inside = kernel({**values, place: [2.9156, 2.07, 1.2, 0.5]}, on_failure="nan")
    assert np.isnan(inside).all()
    outside = np.array([-5.0, 4.5, 8.0])
    eigenvalues = np.linalg.eigvalsh(sampled(name, np.diag(values[a]).repeat(80)))
    means = [np.mean(1 / (x - eigenvalues)) for x in outside]
    np.testing.assert_allclose(kernel({**values, place: outside}), means, rtol=4e-3)


def sampled(name: str, diagonal: np.ndarray) -> np.ndarray:
    """One realisation with a unitary matrix in place of O."""
    pair = np.random.default_rng(1).standard_normal((2, len(diagonal), len(diagonal)))
    q, r = np.linalg.qr(pair[0] + 1j * pair[1])
    u = q * (np.diag(r) / np.abs(np.diag(r)))
    one = u + u.conj().T + np.diag(diagonal)
    return one if name == "O + O.T + A" else u * diagonal + (u * diagonal).conj().T
