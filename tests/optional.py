"""What the test command of the README does not install; ``@pytest.mark.optional(part)`` skips a
test where that is missing.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def packages(*names: str) -> Callable[[], bool]:
    """Whether all of them can be imported."""
    return lambda: all(find_spec(name) for name in names)


def tool(name: str) -> Callable[[], bool]:
    """Whether a command is installed."""
    return lambda: shutil.which(name) is not None


def katex() -> bool:
    """Whether node finds KaTeX."""
    asked = ["node", "-e", 'require("katex")']
    return (
        tool("node")() and subprocess.run(asked, capture_output=True, check=False).returncode == 0
    )


@cache
def chromium() -> str | None:
    """A Chromium of the system, or the one that playwright installed."""
    found = next(
        filter(
            None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))
        ),
        None,
    )
    if found or not find_spec("playwright"):
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = driver.chromium.executable_path
    return path if Path(path).exists() else None


PARTS: dict[str, tuple[Callable[[], bool], str]] = {
    "numba": (packages("numba", "scipy"), 'pip install ".[fast]"'),
    "jax": (packages("jax"), 'pip install ".[jax]"'),
    "c": (lambda: packages("cffi")() and tool("cc")(), 'pip install ".[c]" and a C compiler'),
    "cffi": (packages("cffi"), 'pip install ".[c]"'),
    "distributed": (packages("distributed"), 'pip install ".[distributed]"'),
    "sphinx": (packages("sphinx", "myst_nb", "furo"), 'pip install ".[docs]"'),
    "png": (
        lambda: packages("resvg_py")() or tool("rsvg-convert")(),
        'pip install ".[figures]" or rsvg-convert',
    ),
    "pdf": (lambda: tool("rsvg-convert")() or tool("pdflatex")(), "rsvg-convert or pdflatex"),
    "pdflatex": (tool("pdflatex"), "see CONTRIBUTING"),
    "katex": (katex, "see CONTRIBUTING"),
    "chromium": (
        lambda: chromium() is not None,
        "playwright install chromium, or see CONTRIBUTING",
    ),
}
"""How each part is seen, and how it is had."""


@cache
def missing(part: str) -> str | None:
    """Why what needs a part is skipped; None where the part is there."""
    present, way = PARTS[part]
    return None if present() else f"{part} is not installed: {way}"
