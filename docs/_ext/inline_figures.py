"""Figures that planar draws are part of the page itself.

So ``currentColor`` follows the light and the dark theme.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def _embedded(app: Sphinx, doctree: nodes.document, _name: str) -> None:
    if app.builder.format != "html":
        return
    for image in list(doctree.findall(nodes.image)):
        uri = image["uri"]
        file = Path(app.srcdir, uri.lstrip("/"))
        if (
            uri.endswith(".svg")
            and file.is_file()
            and "currentColor" in (text := file.read_text(encoding="utf-8"))
        ):
            drawn = text[text.index("<svg") :]
            image.replace_self(
                nodes.raw("", f'<div class="planar-figure">{drawn}</div>', format="html")
            )


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-resolved", _embedded)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
