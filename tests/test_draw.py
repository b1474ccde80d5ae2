"""Drawings: nothing touches, every format reads, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import symbols

from planar.combinatorics.noncrossing import partitions
from planar.diagrams import Diagram, diagrams, walks
from planar.ensembles.goe import GOE
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.expression.reading import read
from planar.expression.tree import Tree
from planar.formulas.chalk_to_latex import chalk_to_latex
from planar.formulas.symbols import deterministic, dims, resolvent
from planar.foundations.errors import PlanarError
from planar.writing.drawing import FORMATS, Label, Line, Picture, backbone, draw
from planar.writing.drawing import gallery as gallery_of
from planar.writing.drawing.layouts.backbone import Blocks
from planar.writing.drawing.text_widths import ROW

N, P = dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A, M, C = (deterministic(name, N) for name in ("A", "M", "Sigma_1"))
W, H, B = Wishart("W", N, P), GOE("H", N), RotationInvariant("B", N)
EXPRESSIONS = {
    "one": resolvent(A * W, lam),
    "two": resolvent(A * W, lam) * M * resolvent(W * A, mu),
    "dense": resolvent(H + W, lam),
    "bare": resolvent(C + A * B, lam) * M.T,
}
SVG = "{http://www.w3.org/2000/svg}"


def tree(name: str) -> Tree:
    (term,) = read(EXPRESSIONS[name]).terms
    assert term.matrix is not None
    return term.matrix


def some(name: str, order: int) -> tuple[Diagram, ...]:
    return tuple(diagrams(tree(name), order))


(LONG,) = walks(tree("one"), 9)
long_diagram = st.sampled_from(list(partitions(9))).map(lambda p: Diagram(LONG, p))


def gallery(
    diagrams: Iterable[Diagram], columns: int | None = None, blocks: Blocks = "comb"
) -> Picture:
    every = tuple(diagrams)
    laws = sorted({letter.name for d in every for letter in d.walk.random})
    return gallery_of(every, partial(backbone, laws=laws, blocks=blocks), columns, on_grid=True)


def combs(picture: Picture) -> list[Line]:
    return [line for line in picture.lines if line.style.startswith("comb") or line.style == "cap"]


def clash(a: Line, b: Line) -> bool:
    """Whether two upright or level lines share a point."""
    return (
        max(min(a.x1, a.x2), min(b.x1, b.x2)) <= min(max(a.x1, a.x2), max(b.x1, b.x2))
        and max(min(a.y1, a.y2), min(b.y1, b.y2)) <= min(max(a.y1, a.y2), max(b.y1, b.y2))
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(long_diagram)
def test_combs_of_two_blocks_never_touch(diagram: Diagram) -> None:
    lines = combs(backbone(diagram))
    pieces, rest = [], list(lines)
    for block in diagram.partition:
        size = len(block) + 1
        pieces.append(rest[:size])
        rest = rest[size:]
    assert not rest
    for one, other in combinations(pieces, 2):
        assert not any(clash(a, b) for a in one for b in other)


@settings(max_examples=60, deadline=None)
@given(long_diagram)
def test_bars_at_one_height_do_not_overlap(diagram: Diagram) -> None:
    bars = sorted(
        (line.y1, line.x1, line.x2) for line in combs(backbone(diagram)) if line.y1 == line.y2
    )
    assert all(y < z or right < left for (y, _, right), (z, left, _) in pairwise(bars))


@pytest.mark.parametrize("name", EXPRESSIONS)
@pytest.mark.parametrize("columns", [None, 1, 2])
@pytest.mark.parametrize("blocks", ["comb", "arcs"])
def test_labels_never_overlap(name: str, columns: int | None, blocks: Blocks) -> None:
    picture = gallery(some(name, 3), columns, blocks)
    for a, b in combinations(picture.labels, 2):
        apart = a.extent[1] < b.extent[0] or b.extent[1] < a.extent[0]
        assert apart or abs(a.y - b.y) >= 0.9 * ROW
    lowest = [(line, label) for line in picture.lines for label in picture.labels]
    assert not any(clash(line, box(label)) for line, label in lowest)


def box(label: Label) -> Line:
    """The middle line of a label, as an obstacle."""
    left, right = label.extent
    return Line("stub", left, label.y, right, label.y)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_svg_is_xml_with_title_description_and_room_for_the_labels(name: str) -> None:
    found = some(name, 2)
    root = ElementTree.fromstring(draw(found))
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    assert root.findtext(f"{SVG}title") == f"{len(found)} planar diagrams"
    assert str(found[0]) in str(root.findtext(f"{SVG}desc"))
    for text in root.iter(f"{SVG}text"):
        half = 0.5 * 14 * 0.6 * len("".join(text.itertext()))
        assert left <= float(text.attrib["x"]) - half
        assert float(text.attrib["x"]) + half <= left + width
        assert top <= float(text.attrib["y"]) <= top + height
    assert not re.search(r"#[0-9a-fA-F]{3}|black|nan|inf\b", draw(found))
    sheet = str(root.findtext(f"{SVG}style"))
    used = {e.attrib["class"] for e in root.iter() if "class" in e.attrib} - {"planar"}
    assert used == set(re.findall(r"\.planar \.(\w+)", sheet))


def test_svg_holds_names_with_signs_of_xml() -> None:
    odd = deterministic('<&">', N)
    (term,) = read(resolvent(odd * W, lam)).terms
    assert term.matrix is not None
    assert ElementTree.fromstring(draw(diagrams(term.matrix, 2))) is not None


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_tikz_is_ascii_balanced_and_uses_only_defined_styles(name: str) -> None:
    found = draw(some(name, 2), "tikz")
    assert found.isascii()
    assert found.count("{") == found.count("}")
    styles, body = found.split(r"\begin{tikzpicture}")
    assert set(re.findall(r"\[(planar \w+)", body)) <= set(
        re.findall(r"(planar \w+)/\.style", styles)
    )
    assert all(line.endswith(";") for line in body.splitlines()[1:-1])


def test_tikz_mathematics() -> None:
    written = chalk_to_latex("-q tr[A²] Mᵀ/(λ μ³)")
    assert written == r"-q\,\mathrm{tr}[A^{2}]\,M^{\top}/(\lambda\,\mu^{3})"
    assert chalk_to_latex("(λ + Σ₁)⁻¹ A_%") == r"(\lambda+\Sigma_{1})^{-1}\,A\_\%"
    assert chalk_to_latex("λA") == r"\lambda A"


def test_text_by_hand() -> None:
    (walk,) = walks(tree("one"), 4)
    expected = """
     ┌─────────────────┐
     │     ┌─────┐     │
──□──●──□──●──□──●──□──●──
  A  W  A  W  A  W  A  W
"""
    assert draw(Diagram(walk, ((0, 3), (1, 2))), "text") == expected.strip("\n")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_draws_one_several_and_none_of_the_letters(format: str) -> None:
    (alone,) = some("one", 0)
    for drawn in (alone, some("two", 2), backbone(alone), iter(some("dense", 3))):
        assert draw(drawn, format)
    assert draw(some("bare", 3), format) == draw(some("bare", 3), format)


def test_the_ensembles_of_a_gallery_keep_their_styles() -> None:
    styles = {
        (label.text, line.style)
        for line in gallery(some("dense", 4)).lines
        if line.style.startswith("comb") and line.x1 == line.x2
        for label in gallery(some("dense", 4)).labels
        if label.x == line.x1 and label.y == line.y1 - ROW and label.style == "letter"
    }
    assert styles == {("H", "comb1"), ("W", "comb2")}


def test_coordinates_are_rounded_and_styles_known() -> None:
    assert Line("stub", 0.1 + 0.2, 0, 1, 0).x1 == 0.3
    with pytest.raises(PlanarError, match="no style 'red'"):
        Line("red", 0, 0, 1, 0)


def test_errors_name_what_exists() -> None:
    with pytest.raises(PlanarError, match="svg, tikz, dot, text, png, pdf"):
        draw(some("one", 1), "gif")
    with pytest.raises(PlanarError, match="no diagram to draw"):
        draw([])
    with pytest.raises(PlanarError, match='"comb" or "arcs"'):
        backbone(some("one", 1)[0], blocks="hull")
