"""Every derivation: published form, exact certificate, sampling."""

import importlib
from pathlib import Path

import pytest

import derivations

FILES = sorted(p.stem for p in Path(derivations.__path__[0]).glob("[a-z]*.py") if p.stem != "theorem")


def _theorems():
    for name in FILES:
        module = importlib.import_module(f"derivations.{name}")
        for i, theorem in enumerate(getattr(module, "theorems", None) or (module.theorem,)):
            yield pytest.param(theorem, id=f"{name}-{i}")


@pytest.mark.parametrize("theorem", list(_theorems()))
def test_derived_and_published_forms_agree(theorem, capsys):
    assert theorem.run(trials=60, seed=0), capsys.readouterr().out


def test_the_catalogue_names_them_all(capsys):
    from planar.cli.main import main

    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in FILES)
