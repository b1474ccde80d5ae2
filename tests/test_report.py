"""The report: what stands in its folder, the page in a real browser, the LaTeX in a real
typesetter; skipped aloud without.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from letters import A1, A2, A, C, K, M, N, V, W, lam, mu, two_point, w, z
from optional import chromium
from sympy import Symbol, sin

import planar
from planar import resolvent, tr
from planar.writing.report.commands import command, python

PDFLATEX = shutil.which("pdflatex")

EQUIVALENTS: dict[str, Callable[[], planar.DeterministicEquivalent]] = {
    "two-point": lambda: planar.derive(two_point),
    "trace": lambda: planar.derive(tr(resolvent(W, lam))),
    "vector": lambda: planar.derive(w.T * resolvent(A * W, lam) * w),
    "sum": lambda: planar.derive(resolvent(A1 * W * A2 + C + V, lam)),
    "limit": lambda: planar.derive(lam * resolvent(A * W, lam)).limit(lam, 0),
    "system": lambda: planar.derive(resolvent(A * W + W * A, z)),
    "symbolic": lambda: planar.derive(resolvent(A * planar.RotationInvariant("B", N), lam)),
    "product": lambda: planar.derive(tr(resolvent(A * W, lam)) * tr(M * resolvent(W, mu))),
    "polynomial": lambda: planar.derive(W * M * W),
}


Written = Callable[[str], Path]


def made(name: str, folder: Path) -> Path:
    """A report on small values, with few samples."""
    equivalent = EQUIVALENTS[name]()
    values = equivalent.example(size=24) if name != "symbolic" else None
    return equivalent.report(folder, values, trials=20)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Each report once; whoever changes it takes a copy."""
    return cache(lambda name: made(name, tmp_path_factory.mktemp("report")))


def opened(page: Path) -> tuple[str, str]:
    """The page as the browser has it once its scripts have run, and the text of its console."""
    flags = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=2000",
        "--enable-logging=stderr",
    ]
    made = [
        *flags,
        "--window-size=500,900",
        f"--user-data-dir={page.parent / 'browser'}",
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(
        [str(chromium()), *made], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.optional("chromium")
@pytest.mark.parametrize("name", ["two-point", "trace", "system"])
def test_the_page_in_a_browser(name: str, written: Written, tmp_path: Path) -> None:
    page, text = tmp_path / "index.html", (written(name) / "index.html").read_text(encoding="utf-8")
    widths = "[document.documentElement.scrollWidth, innerWidth]"
    ask = f"<script>document.title = {widths}.join(' ')</script>"
    page.write_text(text.replace("</body>", f"{ask}</body>"), encoding="utf-8")
    dom, console = opened(page)
    assert console == ""
    assert "katex-error" not in dom.split("</head>")[1]
    body = dom.split("<body>")[1]
    assert body.count('class="katex"') == text.split("<body>")[1].count("data-latex=") > 20
    needed, width = map(int, re.findall(r"<title>(\d+) (\d+)</title>", dom)[0])
    assert needed <= width


@pytest.mark.optional("chromium")
def test_the_browser_sees_what_is_wrong(written: Written, tmp_path: Path) -> None:
    page, text = (
        tmp_path / "index.html",
        (written("limit") / "index.html").read_text(encoding="utf-8"),
    )
    wrong = (
        '<img src="https://example.org/x.png"><span class="math" data-latex="\\frac{1}">1</span>'
    )
    page.write_text(text.replace("<main>", f"<main>{wrong}"), encoding="utf-8")
    dom, console = opened(page)
    assert "Content Security Policy" in console
    assert "katex-error" in dom.split("</head>")[1]


@pytest.mark.optional("chromium")
def test_names_from_outside_are_text(tmp_path: Path) -> None:
    n, p = planar.dims('n"> P%')
    evil = planar.deterministic("A<script>document.title='owned'</script>", n, positive=True)
    equivalent = planar.derive(
        resolvent(evil * planar.Wishart("W&'\"<i>", n, p), Symbol("x<b>", positive=True))
    )
    page = (
        equivalent.report(tmp_path / "report", equivalent.example(size=8), trials=2) / "index.html"
    )
    text = page.read_text(encoding="utf-8")
    assert "<script>document" not in text
    assert not re.search(r"<(i|b)>", text.split("<body>")[1])
    dom, console = opened(page)
    assert console == ""
    assert "<title>owned" not in dom
    assert "not a word that can be typed" in text


def test_nothing_on_the_page_points_elsewhere(written: Written) -> None:
    head, body = (written("two-point") / "index.html").read_text(encoding="utf-8").split("<body>")
    assert not re.search(r"url\((?!data:)", head)
    assert not re.search(
        r"<(link|base)\b", re.sub(r"<script>.*?</script>", "", head, flags=re.DOTALL)
    )
    loads = re.findall(r'(?:src|href|srcset|action|data)="([^"]*)"', body)
    assert loads
    assert all(link.startswith(("#", "data:")) for link in loads)
    assert not re.search(r"<(link|iframe|object|embed|base)\b", body)
    addresses = set(re.findall(r"https?://[^\s\"'<>)]+", body))
    assert addresses <= {"http://www.w3.org/2000/svg"}


@pytest.mark.optional("pdflatex")
@pytest.mark.parametrize("name", ["two-point", "trace", "symbolic"])
def test_the_latex_folder_compiles_alone(name: str, written: Written, tmp_path: Path) -> None:
    shutil.copytree(written(name) / "latex", tmp_path / "latex")
    for file in ("paper.tex", "derivation.tex"):
        command = [
            str(PDFLATEX),
            "-interaction=nonstopmode",
            "-halt-on-error",
            "-no-shell-escape",
            file,
        ]
        environment = {**os.environ, "max_print_line": "1000"}
        done = subprocess.run(
            command, cwd=tmp_path / "latex", capture_output=True, check=False, env=environment
        )
        log = done.stdout.decode("latin-1")
        assert done.returncode == 0, log[-1500:]
        wide = [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
        assert max(wide, default=0) < 30, wide


@pytest.mark.optional("pdflatex")
def test_names_with_signs_of_tex_compile(tmp_path: Path) -> None:
    n, p = planar.dims("n_samples P%")
    equivalent = planar.derive(
        resolvent(planar.deterministic("A_#1", n) * planar.Wishart("W&", n, p), 2)
    )
    folder = equivalent.report(tmp_path, equivalent.example(size=8), trials=2) / "latex"
    command = [
        str(PDFLATEX),
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-no-shell-escape",
        "paper.tex",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("latin-1")[-1500:]


PARTS = {
    "two-point": {
        "kernel.py",
        "latex/diagrams.tex",
        "latex/curve.pdf",
        "figures/curve.svg",
        "figures/step5-ladder.svg",
    },
    "trace": {"kernel.py", "latex/density.pdf", "figures/density.svg", "latex/curve.pdf"},
    "vector": {"kernel.py", "latex/curve.pdf"},
    "sum": {"kernel.py", "latex/curve.pdf"},
    "limit": {"kernel.py"},
    "symbolic": {"latex/diagrams.tex"},
    "product": {"kernel.py", "latex/curve.pdf"},
    "polynomial": {"kernel.py", "figures/order2.svg"},
}
ABSENT = {
    "limit": ("figures/density.svg", "in a limit has no series of diagrams"),
    "symbolic": ("kernel.py", "unspecified"),
    "product": ("latex/diagrams.tex", "derive the factors one at a time"),
    "polynomial": ("latex/curve.pdf", "no real scalar along which to plot"),
}


@pytest.mark.parametrize("name", PARTS)
def test_what_can_be_had_is_written_and_what_cannot_is_explained(
    name: str, written: Written
) -> None:
    folder = written(name)
    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    always = {
        "formula",
        "definitions",
        "assumptions",
        "proof",
        "derivation",
        "evidence",
        "styles",
        "paper",
    }
    assert {
        "index.html",
        "evidence.txt",
        "formula.txt",
        *(f"latex/{x}.tex" for x in always),
    } <= files
    assert PARTS[name] <= files
    page = (folder / "index.html").read_text(encoding="utf-8")
    if name in ABSENT:
        file, reason = ABSENT[name]
        assert file not in files
        assert reason in page
    assert (folder / "formula.txt").read_text(encoding="utf-8") == f"{EQUIVALENTS[name]()}\n"


def test_a_spectrum_is_shown_where_there_is_one(written: Written) -> None:
    assert (written("trace") / "figures" / "density.svg").exists()
    assert not (written("two-point") / "figures" / "density.svg").exists()
    page = (written("two-point") / "index.html").read_text(encoding="utf-8")
    assert "spectral density" not in page
    assert "Left out" not in page


def test_certificate_and_diagrams_count_alike(written: Written) -> None:
    page = (written("two-point") / "index.html").read_text(encoding="utf-8")
    assert "the sum of all 29 diagrams (1 + 2 + 6 + 20)" in page
    assert "orders are powers of" not in page
    numbers = re.search(r"the dressed resolvents (.*?) and the ladder (.*?) give:", page)
    assert numbers
    assert re.fullmatch(r"\(\d+\), \(\d+\)", numbers[1])
    assert re.fullmatch(r"\(\d+\) to \(\d+\)", numbers[2])


def test_same_input_same_bytes(written: Written, tmp_path: Path) -> None:
    one, two = written("vector"), made("vector", tmp_path)
    files = sorted(p.relative_to(one) for p in one.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(two) for p in two.rglob("*") if p.is_file())
    assert [p for p in files if (one / p).read_bytes() != (two / p).read_bytes()] == []


def test_values_are_stated_and_a_list_is_the_axis(tmp_path: Path) -> None:
    equivalent = EQUIVALENTS["vector"]()
    values = {**equivalent.example(size=10, seed=3), lam: np.linspace(0.5, 2, 5)}
    folder = equivalent.report(tmp_path, values, trials=4, seed=1)
    assert "5 points of lambda" in (folder / "evidence.txt").read_text(encoding="utf-8")
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "These values were given" in page
    assert "5 numbers from 0.5 to 2" in page
    assert "eq.report(&quot;report&quot;, values, seed=1)" in page


def test_bad_values_leave_the_rest(tmp_path: Path) -> None:
    folder = EQUIVALENTS["vector"]().report(tmp_path, {A: "many"}, trials=4)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Not sampled" in page
    assert "Certified" in page


@pytest.mark.parametrize("name", [n for n in EQUIVALENTS if n != "limit"])
def test_the_lines_of_python_and_the_command_say_the_same(name: str) -> None:
    equivalent = EQUIVALENTS[name]()
    made: dict[str, Any] = {}
    exec(python(equivalent), made)
    assert made["eq"].lhs == equivalent.lhs
    assert command(equivalent).startswith("planar report '")


def test_a_limit_is_said_in_python_alone() -> None:
    equivalent = EQUIVALENTS["limit"]()
    made: dict[str, Any] = {}
    exec(python(equivalent), made)
    assert str(made["eq"]) == str(equivalent)
    with pytest.raises(planar.PlanarError, match="in Python only"):
        command(equivalent)


def test_a_law_with_a_function_is_not_written_out() -> None:
    law = planar.RotationInvariant(
        "B", N, r_transform=lambda x: sin(x), sampler=lambda rng, n: np.eye(n)
    )
    for make in (python, command):
        with pytest.raises(planar.PlanarError, match="declared with a function"):
            make(planar.derive(A + M * law))
    spectrum = planar.derive(
        A
        * planar.RotationInvariant("B", N, spectrum=[1, 1, 3])
        * planar.RandomProjection("Q", N, K)
    )
    assert "spectrum=[1, 1, 3]" in command(spectrum)


def test_a_notebook_shows_the_derivation():
    import pickle

    steps = planar.derive(two_point).steps
    page = steps._repr_html_()
    assert page.count("<svg") == sum(len(step.figures) for step in steps)
    assert page.count(r"\[") == page.count(r"\]") == page.count('class="number"')
    assert "data-latex" not in page
    assert pickle.loads(pickle.dumps(steps)) == steps
