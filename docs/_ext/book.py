"""The directive ``theorems``: statements, sources and regimes of validity, as the docstrings in ``derivations/`` have them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

FOLDER = Path(__file__).parents[2] / "derivations"
GENERAL = ("__init__", "theorem")


def shipped() -> list[str]:
    """Names of all derivations, in alphabetical order."""
    return sorted(p.stem for p in FOLDER.glob("[a-z]*.py") if p.stem not in GENERAL)


class Theorems(Directive):
    """Entries of the files that are named, in this order; ``rest`` stands for those that no other directive names."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        names = " ".join(self.content).split()
        if names == ["rest"]:
            text = Path(self.state.document.current_source).read_text(encoding="utf-8")
            listed = set(re.findall(r"\w+", text))
            names = [name for name in shipped() if name not in listed]
        entries = nodes.definition_list("", *(_entry(name) for name in names), classes=["theorems"])
        return [entries] if names else [nodes.paragraph("", "None so far.")]


def _entry(name: str) -> nodes.definition_list_item:
    docstring = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))) or ""
    statement, *paragraphs = docstring.split("\n\n")
    term = nodes.term("", "", nodes.literal("", name), nodes.Text(" "), ids=[name])
    body = nodes.definition("", nodes.paragraph("", " ".join(statement.split()), classes=["statement"]))
    for paragraph in paragraphs:
        body += nodes.paragraph("", " ".join(paragraph.split()))
    return nodes.definition_list_item("", term, body)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("theorems", Theorems)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
