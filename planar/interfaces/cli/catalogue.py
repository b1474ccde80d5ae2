"""The built-in derivations, by name and first line; none of them is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

__all__ = ["theorems"]


def theorems() -> Iterator[tuple[str, str]]:
    """Name and statement of each derivation, in alphabetical order."""
    spec = find_spec("derivations")
    for folder in spec.submodule_search_locations or () if spec else ():
        for file in sorted(Path(folder).glob("[a-z]*.py")):
            docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            if file.stem != "theorem":
                statement, _, _ = docstring.partition("\n\n")
                yield file.stem, " ".join(statement.split())
