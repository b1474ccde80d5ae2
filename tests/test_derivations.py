"""Every derivation: published form, exact certificate, sampling."""

import importlib
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from expressions import theorems

import derivations
import planar
from derivations.theorem import Axis, Curves, counted

FILES = sorted(
    p.stem for p in Path(derivations.__path__[0]).glob("[a-z]*.py") if p.stem != "theorem"
)
STATED = [
    pytest.param(name, marks=[pytest.mark.long] * getattr(t, "long", False))
    for name, t in theorems().items()
]


@pytest.mark.parametrize("name", STATED)
def test_derived_and_published_forms_agree(name, capsys):
    theorem = theorems()[name]
    trials = 10 if isinstance(theorem, Curves) else 30
    assert theorem.run(trials=trials, seed=0), capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize("name", theorems())
def test_derived_and_published_forms_agree_with_many_samples(name, capsys):
    assert theorems()[name].run(trials=120, seed=1), capsys.readouterr().out


@pytest.mark.parametrize("name", STATED)
def test_each_has_its_formula_and_a_figure(name):
    """LaTeX, the number of diagrams, and the first of them drawn."""
    for derived in theorems()[name].derived():
        text = derived.latex()
        assert text.count("\\simeq") == 1
        counts = re.findall(r"(\d+) of order (\d+)", counted(derived))
        for count, order in counts[:1]:
            found = list(islice(derived.diagrams(int(order)), 3))
            assert len(found) == min(3, int(count))
            ElementTree.fromstring(planar.draw(found, format="svg"))
        assert counts or "no diagrams of its own" in counted(derived)


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_a_page(name):
    """A statement, a source, the regime of validity, and not more than a page of code."""
    module = importlib.import_module(f"derivations.{name}")
    text = Path(module.__file__).read_text(encoding="utf-8")
    head, *paragraphs = module.__doc__.split("\n\n")
    assert len(head) < 200
    assert paragraphs[0].startswith("Source: ")
    assert paragraphs[-1].startswith("Valid ")
    assert len(text.splitlines()) < 240


def test_a_wrong_curve_disagrees(capsys):
    def compare(rng):
        return np.ones(3), np.array([1.0, 1.02, 1.0]), 0.01

    assert not Curves("one", "none", (), {"off by 2 %": compare}).run()
    assert "off by 2 %: disagree, 2.00 of what is allowed" in capsys.readouterr().out


def test_a_comparison_is_drawn(tmp_path):
    def compare(rng):
        return np.ones((2, 3)), np.ones((2, 3)), np.full(3, 0.1)

    axis = Axis("N", [1, 2, 4], "loss", ("test", "training"))
    (path,) = Curves("one", "none", (), {"both": compare}, axes={"both": axis}).draw(tmp_path)
    words = "".join(ElementTree.parse(path).getroot().itertext())
    assert path.name == "both.svg"
    assert len(words) > 0


def test_a_file_runs_and_writes_its_report(tmp_path):
    command = [
        sys.executable,
        "-m",
        "derivations.finite_difference",
        "--report",
        str(tmp_path),
        "--trials",
        "20",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "planar diagrams: " in found.stdout
    assert (tmp_path / "1.1" / "index.html").exists()


def test_the_catalogue_names_them_all(capsys):
    from planar.interfaces.cli.main import main

    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in FILES)
