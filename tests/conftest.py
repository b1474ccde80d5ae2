"""Goldens: rewritten only by --update-goldens, missing is failure; marks: what is long is left out,
what is missing skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from optional import missing

settings.register_profile("planar", deadline=None)
settings.load_profile("planar")

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
GOLDENS = Path(__file__).parent / "goldens"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite tests/goldens")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "long" not in (config.option.markexpr or ""):
        skip = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=skip)
        items[:] = [item for item in items if item not in skip]
    items.sort(key=_place())


def _place() -> Callable[[pytest.Item], int]:
    """Tests of one named expression side by side, so that a process derives it once, and all others
    as collected.
    """
    from expressions import stated, theorems

    known, first = {*stated(), *theorems()}, dict[str, int]()

    def place(item: pytest.Item) -> int:
        callspec = getattr(item, "callspec", None)
        name = callspec.params.get("name") if callspec else None
        return first.setdefault(name if name in known else item.nodeid, len(first))

    return place


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    parts = [part for mark in item.iter_markers("optional") for part in mark.args]
    if reasons := [reason for part in parts if (reason := missing(part))]:
        pytest.skip("; ".join(reasons))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``golden(name, text)``: the text must equal the file of that name."""

    def compare(name: str, text: str) -> None:
        file = GOLDENS / name
        if request.config.getoption("--update-goldens"):
            GOLDENS.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), (
            f"the golden {name} is missing; look at the text and run pytest --update-goldens"
        )
        assert text == file.read_text(encoding="utf-8")

    return compare
