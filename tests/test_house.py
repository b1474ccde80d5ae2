"""The house itself: one name for one file, paths in documents that exist, docstrings users read."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from letters import A, M, W, lam, mu

import planar
from planar import resolvent

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = [file for file in sorted((ROOT / "planar").rglob("*.py")) if file.stem != "__init__"]
DOORS = ("noncrossing", "cumulants", "dynamics")


def test_no_two_files_have_one_name() -> None:
    files = [file.name for file in MODULES if file.parent != ROOT / "planar"]
    assert [name for name, times in Counter(files).items() if times > 1] == []


def test_every_folder_says_what_it_holds() -> None:
    for file in sorted((ROOT / "planar").rglob("__init__.py")):
        assert file.read_text(encoding="utf-8").startswith('"""'), file


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_paths_in_documents_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:planar|tests|derivations|docs|notebooks)/[\w./-]*)`", text):
        assert (ROOT / path).exists() or path == "derivations/your_theorem.py", path


def test_the_two_glossaries_agree() -> None:
    """What the README says of a file, the long glossary says too."""
    short = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Glossary")[2]
    short = short.partition("\n## ")[0]
    long = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    files = re.findall(r"\| `([\w/.]+)` \|$", short, re.M)
    assert len(files) > 15
    assert [file for file in files if f"| `{file}` |" not in long] == ["planar/ensembles/"]


def test_the_picture_of_the_readme_is_drawn() -> None:
    equivalent = planar.derive(resolvent(A * W, lam) * M * resolvent(W * A, mu))
    drawn = planar.draw(list(equivalent.diagrams(2)), width=6.6)
    shown = (ROOT / "docs" / "_static" / "diagrams.svg").read_text(encoding="utf-8")
    assert shown == drawn.replace("<svg ", '<svg style="background: #fff" ', 1)


def public() -> Iterator[tuple[str, Any]]:
    """Functions and classes behind the door, and the methods of the user's object."""
    for name in planar.__all__:
        value = getattr(planar, name)
        if inspect.isfunction(value) or inspect.isclass(value):
            yield name, value
    for door in DOORS:
        for name in getattr(planar, door).__all__:
            value = getattr(getattr(planar, door), name)
            if inspect.isfunction(value):
                yield f"{door}.{name}", value
    for name, value in inspect.getmembers(planar.DeterministicEquivalent, inspect.isfunction):
        if not name.startswith("_"):
            yield f"DeterministicEquivalent.{name}", value


@pytest.mark.parametrize(
    ("name", "value"), list(public()), ids=lambda x: x if isinstance(x, str) else ""
)
def test_public_docstrings_name_every_parameter(name: str, value: Any) -> None:
    """A first line of its own, and a section with every parameter of the signature."""
    text = inspect.getdoc(value) or ""
    first, *others = text.split("\n")
    assert first.endswith((".", ":")), first
    assert not others or not others[0], f"{name} has more than a line in its first paragraph"
    if name in BUILT:
        return
    parameters = [
        p for p in inspect.signature(value).parameters if p not in ("self", "args", "kwargs")
    ]
    if parameters:
        assert "\nParameters\n----------\n" in text, name
    section = text.partition("\nParameters\n----------\n")[2].partition("\n\n")[0]
    described = re.findall(r"^([\w*, ]+)(?: : |$)", section, re.M)
    names = {part.strip().lstrip("*") for line in described for part in line.split(",")}
    assert set(parameters) <= names, (name, sorted(set(parameters) - names))


BUILT = ("DeterministicEquivalent", "PlanarError", "NoPowerError", "Law")
"""Classes whose constructor is not for users, or is described in CONTRIBUTING."""
