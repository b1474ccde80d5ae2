"""What typesetters say: pdflatex of every proof and drawing, KaTeX of every formula; skipped aloud
where not installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from expressions import EVERY

import planar
from derivations.theorem import derived_once
from planar.writing.drawing import LAYOUTS, STYLE_BLOCK
from planar.writing.latex import latex
from planar.writing.latex.proof import prose

PDFLATEX, NODE = shutil.which("pdflatex"), shutil.which("node")


def compiled(text: str, folder: Path) -> str:
    """The log of pdflatex; an error fails here."""
    (folder / "text.tex").write_text(text, encoding="utf-8")
    command = [
        str(PDFLATEX),
        "-interaction=nonstopmode",
        "-halt-on-error",
        "-no-shell-escape",
        "text.tex",
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        check=False,
        env={**os.environ, "max_print_line": "1000"},
    )
    log = done.stdout.decode("latin-1")
    assert done.returncode == 0, log[-1500:]
    return log


PROOFS = [
    *(
        "two-point: Wishart",
        "symbolic: any letter, two-point",
        "two-point: GOE",
        "two-point: two bulks",
        "system: A W + W A",
    ),
    *(
        "three-point: three resolvents",
        "rectangular: random features, two-point",
        "two-point: nested inverse",
    ),
    *("rectangular: network", "two-point: transposes"),
]


@pytest.mark.optional("pdflatex")
@pytest.mark.parametrize("name", PROOFS)
def test_the_proof_compiles_and_fits_the_page(name: str, tmp_path: Path) -> None:
    log = compiled(planar.derive(EVERY[name]).latex_steps(1), tmp_path)
    wide = [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
    assert max(wide, default=0) < 60, wide


@pytest.mark.optional("pdflatex")
def test_formulas_fit_one_of_two_columns(tmp_path: Path) -> None:
    names = [
        "two-point: Wishart",
        "three-point: three resolvents",
        "rectangular: random features",
        "two-point: GOE",
    ]
    text = "\n".join(planar.derive(EVERY[name]).latex(3.4) for name in names)
    head = (
        r"\documentclass[twocolumn]{article}\usepackage{amsmath,amssymb}"
        r"\usepackage[margin=0.75in]{geometry}"
    )
    log = compiled(rf"{head}\allowdisplaybreaks\begin{{document}}{text}\end{{document}}", tmp_path)
    wide = [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
    assert max(wide, default=0) < 35, wide


def test_a_width_is_a_number() -> None:
    for width in (0, -1, "3.4", True):
        with pytest.raises(planar.PlanarError, match="text width is between 2 and 100 inches"):
            planar.derive(EVERY["one-point: Wishart"]).latex(width)


@pytest.mark.optional("pdflatex")
def test_every_layout_compiles_in_every_mode(tmp_path: Path) -> None:
    diagrams = list(planar.derive(EVERY["two-point: Wishart"]).diagrams(3))
    drawings = [
        planar.draw(diagrams, "tikz", layout=layout, mode="inline", width=6) for layout in LAYOUTS
    ]
    drawings += [planar.draw(diagrams[:2], "tikz", blocks="arcs", mode="inline", width=3.4)]
    pictures = planar.pictures
    made = (
        pictures.dyson(),
        pictures.irreducible("W", (1, 2, 3)),
        pictures.rung("W", (2, 3)),
        pictures.ladder_sum("M"),
    )
    drawings += [
        planar.draw(p, "tikz", mode="inline")
        for p in (*made, pictures.annulus([(0, 3, 2), (1,)], 3, 1))
    ]
    body = "\n\n".join(rf"\[ {drawing} \]" for drawing in drawings)
    head = [r"\documentclass{article}", r"\usepackage{tikz}", STYLE_BLOCK, r"\begin{document}"]
    compiled("\n".join([*head, body, r"\end{document}"]), tmp_path)
    compiled(
        planar.draw(diagrams, "tikz", mode="standalone").replace("standalone}", "article}", 1),
        tmp_path,
    )


@pytest.mark.optional("pdflatex")
def test_names_with_signs_of_tex(tmp_path: Path) -> None:
    n, p = planar.dims("n_samples P%")
    odd, w = planar.deterministic("A_#1", n), planar.Wishart("W&", n, p)
    equivalent = planar.derive(planar.resolvent(odd * w, 2) * odd)
    compiled(equivalent.latex_steps(1), tmp_path)


@pytest.mark.optional("katex")
def test_katex_reads_every_formula_strictly() -> None:
    strings = []
    for place, expression in enumerate(EVERY.values()):
        equivalent = derived_once(expression)
        strings.append(equivalent._repr_latex_().strip("$"))
        if place % 3:
            continue
        strings += [
            latex(side)
            for step in equivalent.steps
            for line in step.lines
            for side in (line.left, line.right)
        ]
    script = Path(__file__).with_name("katex_strict.js").read_text(encoding="utf-8")
    run = subprocess.run(
        [str(NODE), "-e", script],
        input=json.dumps(strings),
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stdout == ""
    assert len(strings) > 800
    bad = subprocess.run(
        [str(NODE), "-e", script],
        input=json.dumps([r"\frac{1}"]),
        capture_output=True,
        check=True,
        text=True,
    )
    assert r"\frac{1}" in bad.stdout


def test_prose_in_tex() -> None:
    assert prose("50 % of `κₙ` in A_1, $q^{n}$") == r"50 \% of $\kappa_{n}$ in A\_1, $q^{n}$"
