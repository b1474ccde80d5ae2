"""The command line: what it prints, what a program reads from it, and what it refuses."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from planar.interfaces.cli.main import main

LETTERS = [
    "--let",
    "A = deterministic(N, positive=True)",
    "--let",
    "M = deterministic(N)",
    "--let",
    "W = Wishart(N, P)",
]
TWO_POINT = "inv(lam + A*W) * M * inv(mu + W*A)"


def test_derive(capsys):
    assert main(["derive", TWO_POINT, *LETTERS]) == 0
    assert capsys.readouterr().out.startswith("(λ + A W)⁻¹ M (μ + W A)⁻¹ ≃ S S'")
    assert main(["derive", TWO_POINT, *LETTERS, "--latex"]) == 0
    assert r"\begin{align*}" in capsys.readouterr().out


def test_radicals(capsys):
    letters = ["--let", "H = GOE(N)"]
    assert main(["derive", "tr(inv(z - H))", *letters, "--explicit"]) == 0
    assert capsys.readouterr().out.startswith("tr[(z - H)⁻¹] ≃ 2/(z + sqrt(2 + z) sqrt(z - 2))")
    assert main(["derive", TWO_POINT, *LETTERS, "--explicit"]) == 2
    assert "which holds a whole spectrum" in capsys.readouterr().err


def test_diagrams_and_drawings(capsys, tmp_path):
    assert main(["diagrams", TWO_POINT, *LETTERS, "--order", "2"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert main(["draw", TWO_POINT, *LETTERS, "--output", str(tmp_path / "x.svg")]) == 0
    assert "<svg" in (tmp_path / "x.svg").read_text()
    capsys.readouterr()
    assert (
        main(
            [
                "draw",
                TWO_POINT,
                *LETTERS,
                "--format",
                "tikz",
                "--mode",
                "standalone",
                "--layout",
                "ladder",
            ]
        )
        == 0
    )
    assert capsys.readouterr().out.startswith(r"\documentclass")
    assert (
        main(["draw", TWO_POINT, *LETTERS, "--format", "dot", "--blocks", "arcs", "--width", "3.4"])
        == 0
    )
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
        (["derive", "A*W", "--let", "A = evil(N)"], "evil is none of"),
        (["derive", "A*W", "--let", "A"], "cannot read the declaration"),
        (["derive", "A", "--let", "A = deterministic(N, colour=True)"], "cannot declare"),
        (["draw", TWO_POINT, *LETTERS, "--format", "gif"], "gif"),
        (["draw", "inv(lam + A*W)", *LETTERS, "--layout", "ladder"], "this diagram has 1"),
        (["draw", TWO_POINT, *LETTERS, "--width", "-1"], "a width of -1.0 inches"),
        (["diagrams", TWO_POINT, *LETTERS, "--order", "30"], "diagrams"),
        (["check", "tr(inv(lam + W))", *LETTERS, "--set", "lam=x"], "is not a number"),
        (
            ["check", "tr(inv(lam + W))", *LETTERS, "--set", "foo=1"],
            "foo does not occur in the expression",
        ),
        (["check", "tr(inv(lam + W))", *LETTERS, "--set", "lam"], "lam is set to no value"),
        (["check", "tr(inv(lam + W))", *LETTERS, "--size", "1"], "size of at least 4"),
        (
            ["compare", "tr(inv(lam + W))", *LETTERS, "--set", "lam=geomspace(-1,1,5)"],
            "between positive numbers",
        ),
        (
            ["compare", "tr(inv(lam + W))", *LETTERS, "--set", "lam=linspace(1,2,1000000)"],
            "between 2 and 10000",
        ),
        (
            ["check", "tr(inv(lam + A*W))", *LETTERS, "--set", "A=missing.npy"],
            "cannot load missing.npy for A",
        ),
        (
            ["check", "tr(inv(lam + B))", "--let", "B = RotationInvariant(N)"],
            "the R-transform of B is unspecified",
        ),
        (
            ["derive", "inv(lam + A*W)", *LETTERS, "--limit", "x=0"],
            "x is neither a scalar nor a dimension",
        ),
        (["derive", "inv(lam + A*W)", *LETTERS, "--limit", "x"], "cannot read a limit"),
        (
            ["derive", "inv(lam + A*W)", *LETTERS, "--commuting", "A,Z"],
            "Z is not a declared letter",
        ),
        (["derive", "A", "--letters", "missing.txt"], "cannot read missing.txt"),
        (["derive", "A", *LETTERS, "--let", "A = GOE(N)"], "A is declared twice"),
        (["derive", "GOE*2"], "GOE is a law, not a letter"),
        (["draw", TWO_POINT, *LETTERS, "-o", "missing/x.svg"], "cannot write"),
        pytest.param(
            ["draw", TWO_POINT, *LETTERS, "--format", "png"],
            "give a file with --output",
            marks=pytest.mark.optional("png"),
        ),
        (["serve", "--port", "-1"], "not a valid port"),
        (["serve", "--seconds", "nan"], "number of seconds"),
    ],
)
def test_refusals_are_one_sentence(arguments, says, capsys):
    import re

    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("planar: ")
    assert re.search(says.replace("*", r"\*"), error), error
    assert error.splitlines()[0].endswith((".", "...", "?"))
    assert "Traceback" not in error


def test_the_place_is_marked(capsys):
    assert main(["derive", "inv(lam + A*Z) * M", *LETTERS]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["  inv(lam + A*Z) * M", "              ^"]
    assert main(["derive", "A", "--let", "A = deterministic(N, 1.5)"]) == 2
    assert capsys.readouterr().err.splitlines()[2] == "      ^^^^^^^^^^^^^^^^^^^^^"


def test_a_program_reads_formulas(capsys):
    assert main(["derive", TWO_POINT, *LETTERS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["closed"] is True
    assert [d["symbol"] for d in found["definitions"]][:2] == ["q", "kappa"]
    assert [d["implicit"] for d in found["definitions"]][:2] == [False, True]
    assert {x["name"]: x["kind"] for x in found["letters"]}["W"] == "Wishart"
    assert main(["diagrams", TWO_POINT, *LETTERS, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["count"] == len(listed["diagrams"]) == 6
    assert listed["diagrams"][0]["blocks"] == [[0, 1]]
    assert main(["list", "--json"]) == 0
    assert {"two_point_wishart"} <= {x["name"] for x in json.loads(capsys.readouterr().out)}


def test_a_program_reads_numbers_and_errors(capsys):
    assert (
        main(["check", "tr(inv(lam + A*W))", *LETTERS, "--json", "--exact", "2", "--size", "40"])
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["exact"], found["sizes"][0]["N"]) == ("agree", True, 40)
    assert (
        main(
            [
                "compare",
                "tr(inv(lam + A*W))",
                *LETTERS,
                "--json",
                "--set",
                "lam=0.1,1",
                "--trials",
                "4",
            ]
        )
        == 0
    )
    compared = json.loads(capsys.readouterr().out)
    assert compared["grid"] == [0.1, 1.0]
    assert abs(complex(*compared["sampled"][1]) / compared["predicted"][1] - 1) < 0.05
    assert main(["derive", "inv(lam + A*Z)", *LETTERS, "--json"]) == 2
    refused = json.loads(capsys.readouterr().out)["error"]
    assert (refused["start"], refused["end"]) == (12, 13)


def test_values_are_examples_unless_set(capsys, tmp_path):
    assert main(["check", TWO_POINT, *LETTERS, "--size", "30", "--trials", "400"]) in (0, 3)
    assert "example matrices A 30 x 30, M 30 x 30 (seed 0)" in capsys.readouterr().out
    np.save(tmp_path / "a.npy", np.diag(np.linspace(1, 2, 25)))
    assert (
        main(
            [
                "check",
                "tr(inv(lam + A*W))",
                *LETTERS,
                "--set",
                f"A={tmp_path / 'a.npy'}",
                "--set",
                "lam=1",
            ]
        )
        == 0
    )
    assert "N = 25" in capsys.readouterr().out


def test_theory_beside_samples(capsys, tmp_path):
    pytest.importorskip("matplotlib")
    ranges = ["--set", "P=geomspace(10,80,6)", "--set", "N=20", "--trials", "3", "--points", "3"]
    assert main(["compare", TWO_POINT, *LETTERS, *ranges, "-o", str(tmp_path / "x.pdf")]) == 0
    assert "6 points of P, 3 trials at 3 of them" in capsys.readouterr().out
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert main(["compare", "tr(inv(lam + A*W))", *LETTERS, "--size", "20", "--trials", "2"]) == 0
    assert "40 points of lambda" in capsys.readouterr().out


def test_a_disagreement_is_an_exit_code(capsys, monkeypatch):
    from planar.kernels.kernel import Kernel

    right = Kernel.__call__
    monkeypatch.setattr(
        Kernel, "__call__", lambda self, values, **options: 1.05 * right(self, values, **options)
    )
    assert main(["check", "tr(inv(lam + A*W))", *LETTERS]) == 1
    assert "disagree" in capsys.readouterr().out


def test_limits_commuting_letters_and_declarations_from_a_file(capsys, tmp_path, monkeypatch):
    import io

    (tmp_path / "letters.txt").write_text(
        "# data\nA = deterministic(N, positive=True)\n\nW = Wishart(N, P)\n"
    )
    file = ["--letters", str(tmp_path / "letters.txt")]
    assert main(["derive", "lam*inv(lam + A*W)", *file, "--limit", "lam=0"]) == 0
    assert capsys.readouterr().out.startswith("λ → 0: λ (λ + A W)⁻¹ ≃ κ (κ + A)⁻¹")
    monkeypatch.setattr(sys, "stdin", io.StringIO("inv(lam + A*W) * M"))
    assert main(["derive", "-", *LETTERS, "--commuting", "A,M"]) == 0
    assert "≃ S M (κ + A)⁻¹" in capsys.readouterr().out


def test_the_format_is_that_of_the_output(tmp_path, capsys):
    for name, begins in (("x.tex", "\\tikzset"), ("x.txt", " "), ("x.gv", "graph"), ("x.svg", "<")):
        assert main(["draw", TWO_POINT, *LETTERS, "-o", str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_text().startswith(begins), name
    assert main(["derive", TWO_POINT, *LETTERS, "--proof"]) == 0
    assert r"\begin{document}" in capsys.readouterr().out
    assert main(["diagrams", TWO_POINT, *LETTERS, "--order", "9", "--count"]) == 0
    assert capsys.readouterr().out.strip() == "48620"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completions_are_read_by_their_shell(shell, capsys, tmp_path):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "compare" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "completion").write_text(script)
    subprocess.run([shell, "-n", str(tmp_path / "completion")], check=True)


def test_a_pipe_that_closes_is_no_error():
    command = [sys.executable, "-m", "planar", "diagrams", TWO_POINT, *LETTERS, "--order", "4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.close()
        assert b"Traceback" not in run.stderr.read()


def test_the_entry_point_runs():
    run = subprocess.run(
        [sys.executable, "-m", "planar", "list"], capture_output=True, text=True, check=True
    )
    assert "two_point_wishart" in run.stdout
