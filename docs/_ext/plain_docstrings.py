"""Docstrings are prose with ``double backticks``, sections and examples.

Signs that reStructuredText would read as markup are escaped.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import Any

from sphinx.application import Sphinx

CODE = re.compile(r"(``.+?``|`[^`]+`)")


def plain(lines: list[str]) -> list[str]:
    """The lines with ``|``, ``*`` and trailing underscores escaped.

    Code and examples stay as they are.
    """
    text, example = list[str](), False
    for line in lines:
        example = (example or line.lstrip().startswith(">>>")) and bool(line.strip())
        text.append(line if example else _escaped(line))
    return text


def _escaped(line: str) -> str:
    parts = CODE.split(line)
    return "".join(
        part if k % 2 else re.sub(r"[|*]|_(?=\W|$)", r"\\\g<0>", part)
        for k, part in enumerate(parts)
    )


def _process(
    _app: Sphinx, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]
) -> None:
    lines[:] = plain(lines)


def _signature(
    _app: Sphinx, what: str, _name: str, value: Any, *_rest: Any
) -> tuple[str, None] | None:
    """No signature for a class that users never make themselves: one with private fields."""
    hidden = (
        what == "class"
        and is_dataclass(value)
        and any(f.name.startswith("_") for f in fields(value))
    )
    return ("", None) if hidden else None


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("autodoc-process-docstring", _process, priority=400)  # before napoleon
    app.connect("autodoc-process-signature", _signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
