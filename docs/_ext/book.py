"""The directive ``theorems``: the docstrings of ``derivations/`` as entries.

They have statements, sources and regimes of validity. Where it is short, the formula that planar
derives for the first statement of a file can be expanded below its entry.
"""

from __future__ import annotations

import ast
import re
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx

FOLDER = Path(__file__).parents[2] / "derivations"
GENERAL = ("__init__", "theorem")
LONGEST = 1300
"""Characters of LaTeX that are still shown."""

LATIN = "alpha|beta|gamma|delta|eta|theta|kappa|lambda|mu|rho|sigma|Delta|Lambda|Pi|Sigma|Phi"
GREEK = dict(zip(LATIN.split("|"), "αβγδηθκλμρσΔΛΠΣΦ", strict=True))
RAISED, LOWERED = (
    str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"),
    str.maketrans("_0123456789", " ₀₁₂₃₄₅₆₇₈₉"),
)


def chalk(text: str) -> str:
    """A line of a docstring as one would write it, with Greek letters and raised digits.

    >>> chalk("(lambda + A W)^-1 ~ S (kappa + A)^-1")
    '(λ + A W)⁻¹ ≃ S (κ + A)⁻¹'
    """
    text = re.sub(rf"(?<![A-Za-z_])({LATIN})(?![A-Za-z])", lambda match: GREEK[match[1]], text)
    text = re.sub(r"\^(-?\d)(?![\d(a-zαβ/])", lambda match: match[1].translate(RAISED), text)
    text = re.sub(
        r"(?<=[A-Za-zα-ω])_(\d+)\b|(?<=\bdf)([12])\b",
        lambda match: (match[1] or match[2]).translate(LOWERED),
        text,
    )
    return text.replace(" ~ ", " ≃ ").replace(" ~= ", " ≃ ").replace(" -> ", " → ")


def shipped() -> list[str]:
    """Names of all derivations, in alphabetical order."""
    return sorted(p.stem for p in FOLDER.glob("[a-z]*.py") if p.stem not in GENERAL)


class Theorems(Directive):
    """Entries of the files that are named, in this order.

    ``rest`` is all those that no other directive names. The option ``words-only`` names files
    whose formulas take long or are long; where cells are not executed no formula is derived.
    """

    has_content = True
    option_spec = {"words-only": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        names = " ".join(self.content).split()
        if names == ["rest"]:
            page = Path(self.state.document.current_source).read_text(encoding="utf-8")
            listed = set(re.findall(r"\w+", page))
            names = [name for name in shipped() if name not in listed]
        config = self.state.document.settings.env.config
        silent = (
            names
            if config.nb_execution_mode == "off"
            else self.options.get("words-only", "").split()
        )
        entries = nodes.definition_list(
            "", *(_entry(name, name not in silent) for name in names), classes=["theorems"]
        )
        return [entries] if names else [nodes.paragraph("", "None so far.")]


def _entry(name: str, with_formula: bool) -> nodes.definition_list_item:
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    statement, *paragraphs = docstring.split("\n\n")
    term = nodes.term("", "", nodes.literal("", name), nodes.Text(" "), ids=[name])
    body = nodes.definition(
        "", nodes.paragraph("", chalk(" ".join(statement.split())), classes=["statement"])
    )
    for paragraph in paragraphs:
        body += nodes.paragraph("", chalk(" ".join(paragraph.split())))
    body += _derived(name) if with_formula else []
    return nodes.definition_list_item("", term, body)


def _derived(name: str) -> list[nodes.Node]:
    """The equivalent of the first statement of a file, if it has one that is short."""
    module = import_module(f"derivations.{name}")
    first = getattr(module, "theorem", None) or module.theorems[0]
    equivalents = first.derived()
    latex = equivalents[0].latex().replace("align*", "aligned") if equivalents else ""
    if not 0 < len(latex) <= LONGEST:
        return []
    opened = (
        f"<details class='derived'><summary>derived: {escape(chalk(first.statement))}</summary>"
    )
    formula = nodes.math_block(latex, latex, nowrap=True, number=None)
    return [
        nodes.raw("", opened, format="html"),
        formula,
        nodes.raw("", "</details>", format="html"),
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("theorems", Theorems)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
