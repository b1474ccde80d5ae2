"""The command line: what it prints, and what it refuses."""

import sys

import numpy as np
import pytest

from planar.cli.main import main

LETTERS = ["--let", "A = deterministic(N, positive=True)", "--let", "M = deterministic(N)", "--let", "W = Wishart(N, P)"]
TWO_POINT = "inv(lam + A*W) * M * inv(mu + W*A)"


def test_derive(capsys):
    assert main(["derive", TWO_POINT, *LETTERS]) == 0
    assert capsys.readouterr().out.startswith("(λ + A W)⁻¹ M (μ + W A)⁻¹ ≃ S S'")
    assert main(["derive", TWO_POINT, *LETTERS, "--latex"]) == 0
    assert r"\begin{align*}" in capsys.readouterr().out


def test_diagrams_and_drawings(capsys, tmp_path):
    assert main(["diagrams", TWO_POINT, *LETTERS, "--order", "2"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert main(["draw", TWO_POINT, *LETTERS, "--output", str(tmp_path / "x.svg")]) == 0
    assert "<svg" in (tmp_path / "x.svg").read_text()
    capsys.readouterr()
    assert main(["draw", TWO_POINT, *LETTERS, "--format", "tikz", "--mode", "standalone", "--layout", "ladder"]) == 0
    assert capsys.readouterr().out.startswith(r"\documentclass")
    assert main(["draw", TWO_POINT, *LETTERS, "--format", "dot", "--blocks", "arcs", "--width", "3.4"]) == 0
    assert capsys.readouterr().out.startswith("graph planar")


def test_check_and_codegen(capsys, tmp_path):
    x = np.random.default_rng(0).standard_normal((40, 80))
    np.save(tmp_path / "a.npy", x @ x.T / 80)
    arguments = ["--set", f"A={tmp_path / 'a.npy'}", "--set", "lam=0.5", "--set", "P=60"]
    assert main(["check", "tr(inv(lam + A*W))", *LETTERS, *arguments]) == 0
    assert "agree" in capsys.readouterr().out
    assert main(["codegen", TWO_POINT, *LETTERS]) == 0
    assert "def equivalent(" in capsys.readouterr().out


def test_report(tmp_path):
    assert main(["report", TWO_POINT, *LETTERS, "--output", str(tmp_path / "r")]) == 0
    assert (tmp_path / "r" / "latex" / "derivation.tex").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["derive", "inv(lam + A*Z)", *LETTERS], "Z is declared neither deterministic nor random"),
        (
            ["derive", "inv(lam + A*X)", *LETTERS, "--let", "X = deterministic(P)"],
            "the shapes in `A*X` do not match: N x N and P x P",
        ),
        (["derive", "inv(lam + A*W", *LETTERS], "cannot read"),
        (["derive", "__import__('os').system('echo')", *LETTERS], "cannot read"),
        (["derive", "A.__class__", *LETTERS], "cannot read"),
        (["derive", "inv(" * 400 + "lam" + ")" * 400], "cannot read|inv"),
        (["derive", "A**100000", *LETTERS], "powers written out"),
        (["derive", "A*W", "--let", "A = evil(N)"], "cannot declare evil: it is none of"),
        (["derive", "A*W", "--let", "A"], "cannot read the declaration"),
        (["derive", "A", "--let", "A = deterministic(N, colour=True)"], "cannot declare"),
        (["draw", TWO_POINT, *LETTERS, "--format", "gif"], "gif"),
        (["draw", "inv(lam + A*W)", *LETTERS, "--layout", "ladder"], "this diagram has 1"),
        (["draw", TWO_POINT, *LETTERS, "--width", "-1"], "a width of -1.0 inches"),
        (["diagrams", TWO_POINT, *LETTERS, "--order", "30"], "diagrams"),
        (["check", "tr(inv(lam + W))", *LETTERS, "--set", "lam=x"], "no number"),
        (["check", "tr(inv(lam + W))", *LETTERS, "--set", "foo=1"], "foo is no part"),
    ],
)
def test_refusals_are_one_sentence(arguments, says, capsys):
    import re

    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("planar: ")
    assert re.search(says.replace("*", r"\*"), error), error
    assert "Traceback" not in error


def test_the_entry_point_runs():
    import subprocess

    run = subprocess.run(
        [sys.executable, "-c", "from planar.cli.main import main; raise SystemExit(main(['list']))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "two_point_wishart" in run.stdout
