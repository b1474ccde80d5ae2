"""The notebooks of the repository, copied beside the pages before they are read.

They are executed like every page.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

FROM = Path(__file__).parents[2] / "notebooks"


def _copied(app: Sphinx, _config: Any) -> None:
    folder = Path(app.srcdir) / "notebooks"
    folder.mkdir(exist_ok=True)
    wanted = (
        {} if "without-notebooks" in app.tags else {p.name: p for p in sorted(FROM.glob("*.ipynb"))}
    )
    for old in folder.glob("*.ipynb"):
        if old.name not in wanted:
            old.unlink()
    for name, file in wanted.items():
        copy = folder / name
        if not copy.exists() or copy.read_bytes() != file.read_bytes():
            shutil.copyfile(file, copy)
    entries = "\n".join(name.removesuffix(".ipynb") for name in wanted)
    page = f"# Notebooks\n\n{INTRODUCTION}\n\n```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n"
    index = folder / "index.md"
    if not index.exists() or index.read_text(encoding="utf-8") != page:
        index.write_text(page, encoding="utf-8")


INTRODUCTION = (
    "The notebooks are in the folder `notebooks/` of the repository. Each is executed when this "
    "page is built, and by the tests; the outputs shown are those of that run."
)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", _copied)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
