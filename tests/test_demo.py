"""The demonstration, as a newcomer runs it."""

import numpy as np
import pytest

from planar.interfaces.cli.main import main
from planar.interfaces.demo.ridge import derived_risk, digits, ridge_rows


def test_the_demo_runs(tmp_path, capsys):
    pytest.importorskip("sklearn")
    assert main(["demo", "--quick", "--output", str(tmp_path / "demo")]) == 0
    printed = capsys.readouterr().out
    assert "agree" in printed
    assert "measured" in printed
    written = {p.name for p in (tmp_path / "demo").iterdir()}
    assert {"index.html", "latex", "figures", "kernel.py", "formula.txt", "ridge.svg"} <= written


def test_the_derived_risk_is_the_published_one():
    """Excess risk (kappa^2 w.T C g^2 w + s2 gamma)/(1 - gamma), covariance C; arXiv 2405.00592."""
    values = np.linspace(0.1, 2, 30)
    teacher = np.linspace(-1, 1, 30)
    found = derived_risk(values, teacher, 0.3, [20, 60], [0.05, 0.5])
    for i, count in enumerate((20, 60)):
        for j, ridge in enumerate((0.05, 0.5)):
            kappa = 1.0
            for _ in range(5000):
                kappa = ridge + kappa * np.sum(values / (kappa + values)) / count
            gamma = np.sum(values**2 / (kappa + values) ** 2) / count
            bias = kappa**2 * np.sum(teacher**2 * values / (kappa + values) ** 2)
            assert found[i, j] == pytest.approx((bias + 0.3) / (1 - gamma), rel=1e-9)


def test_theory_and_digits_are_close():
    pytest.importorskip("sklearn")
    features, labels = digits()
    rows = ridge_rows(features, labels, [160, 320], [0.1, 1.0], draws=20, seed=0)
    assert all(abs(row.derived / row.measured - 1) < 0.1 for row in rows)
