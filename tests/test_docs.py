"""The documentation builds without a warning, names all that is public, and refers to nothing that
it does not hold.
"""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from shutil import which
from urllib.parse import unquote, urlsplit

import pytest

import planar

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LOADING = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "video": "src",
}
"""What a browser fetches by itself, and where it is said."""
ALIASES = ("Cycles", "Leg", "Partition", "Type")
"""Names of types, which have no docstring."""
OUTSIDE = re.compile(r"^(?:https?:)?//")


class Page(HTMLParser):
    """The ids of a page, its links, and what it loads."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.ids, self.links, self.loads = set[str](), list[str](), list[str]()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[k] for k in ("id", "name") if k in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        loaded = tag in LOADING and given.get("rel") not in (
            "canonical",
            "next",
            "prev",
            "search",
            "index",
            "author",
        )
        if loaded and given.get(LOADING[tag]):
            self.loads.append(given[LOADING[tag]])


@pytest.mark.optional("sphinx")
def test_the_site(tmp_path: Path) -> None:
    """All pages, built without running their cells, which ``test_cells_run`` does; one build for
    all that is asked of it.
    """
    unexecuted = ["-D", "nb_execution_mode=off", "-D", "suppress_warnings=myst-nb.lexer"]
    options = ["-W", "--keep-going", "-q", *unexecuted, "-t", "without-notebooks"]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    pages = {file.resolve(): Page(file) for file in sorted((tmp_path / "site").rglob("*.html"))}
    every_public_name_has_an_entry(pages)
    every_link_resolves(pages)
    nothing_is_loaded_from_outside(pages)
    for file in (tmp_path / "site").rglob("*.css"):
        assert not re.search(
            r"(?:url\(|@import\s+)[\"']?(?:https?:)?//", file.read_text(encoding="utf-8")
        ), file.name


def every_public_name_has_an_entry(pages: dict[Path, Page]) -> None:
    entries = {name.removeprefix("module-") for page in pages.values() for name in page.ids}
    missing = [name for name in planar.__all__ if f"planar.{name}" not in entries]
    assert not missing, f"no entry for {missing}; add them to docs/api"
    for module in ("cumulants", "dynamics", "noncrossing", "pictures"):
        inside = [name for name in getattr(planar, module).__all__ if name not in ALIASES]
        assert not [name for name in inside if f"planar.{module}.{name}" not in entries]


def every_link_resolves(pages: dict[Path, Page]) -> None:
    broken = []
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            place = unquote(parts.fragment)
            if not target.exists() or (
                place and target in pages and place not in pages[target].ids
            ):
                broken.append(f"{file.name}: {link}")
    assert not broken


def nothing_is_loaded_from_outside(pages: dict[Path, Page]) -> None:
    for file, page in pages.items():
        assert not [x for x in page.loads if OUTSIDE.match(x)], file.name
        for load in page.loads:
            path = unquote(urlsplit(load).path)
            assert not path or load.startswith("data:") or (file.parent / path).exists(), (
                f"{file.name}: {load}"
            )


def test_the_checks_can_fail(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<script src="https://example.org/x.js"></script>'
        '<a href="none.html">x</a><a href="#none">y</a>',
        "utf-8",
    )
    found = {page: Page(page)}
    for check in (
        every_public_name_has_an_entry,
        every_link_resolves,
        nothing_is_loaded_from_outside,
    ):
        with pytest.raises(AssertionError):
            check(found)


def test_the_glossary_names_files_that_exist() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    files = re.findall(r"`((?:planar|derivations)/[\w/]+\.py)`", text)
    assert len(files) > 40
    assert not [name for name in files if not (ROOT / name).is_file()]
    rows = [row for row in text.splitlines() if row.startswith("|") and "---" not in row]
    assert all(row.count("`") >= 2 for row in rows if "file |" not in row)


def test_the_book_lists_every_derivation_once() -> None:
    text = (DOCS / "derivations.md").read_text(encoding="utf-8")
    named = " ".join(
        re.findall(r"```\{theorems\}\n(?::words-only:.*\n)?(.*?)```", text, re.S)
    ).split()
    shipped = {p.stem for p in (ROOT / "derivations").glob("[a-z]*.py")} - {"theorem"}
    assert len(named) == len(set(named))
    assert set(named) - {"rest"} <= shipped


@pytest.mark.parametrize(
    "name",
    sorted(p.stem for p in DOCS.glob("*.md") if "{code-cell}" in p.read_text(encoding="utf-8")),
)
def test_cells_run(name: str, tmp_path: Path) -> None:
    """The cells of a page, one after another in a fresh process."""
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    cells = re.findall(
        r"^```\{code-cell\} ipython3\n(?::tags:.*\n|---\n.*?^---\n)?(.*?)^```", text, re.S | re.M
    )
    script = tmp_path / f"{name}.py"
    script.write_text("\n".join(cells), encoding="utf-8")
    command = [sys.executable, "-X", "utf8", str(script)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    for document in sorted(tmp_path.glob("*.tex")) if which("pdflatex") else ():
        typeset = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", document.name]
        done = subprocess.run(
            typeset,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            errors="replace",
        )
        assert done.returncode == 0, done.stdout[-3000:]
        assert "Overfull" not in done.stdout or document.name != "paper.tex", done.stdout
