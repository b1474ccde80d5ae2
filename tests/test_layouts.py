"""Layouts beside the backbone: blocks never cross, labels never overlap, whatever is drawn."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from itertools import combinations, pairwise
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import symbols

import planar
from planar import GOE, Ginibre, Wishart, derive, deterministic, dims, resolvent, tr
from planar.combinatorics.noncrossing import annular_partitions
from planar.diagrams import Diagram
from planar.foundations.errors import PlanarError
from planar.writing.drawing import (
    FORMATS,
    LAYOUTS,
    Line,
    Picture,
    annulus,
    circle,
    double_line,
    draw,
    ladder,
)
from planar.writing.drawing.dyson_equation import dyson, irreducible
from planar.writing.drawing.ladder_equation import ladder_sum, rung
from planar.writing.drawing.marks import Curve, Label, Point
from planar.writing.drawing.side_by_side import beside
from planar.writing.drawing.text_widths import typeset_width

N, P = dims("N P")
lam, mu = symbols("lambda mu", positive=True)
A, M = deterministic("A", N, positive=True), deterministic("M", N)
W, V, H, X = Wishart("W", N, P), Wishart("V", N, P), GOE("H", N), Ginibre("X", P, N)
TWO = {
    "one law": resolvent(A * W, lam) * M * resolvent(W * A, mu),
    "two laws": resolvent(A * W + H, lam) * M * resolvent(H + W, mu),
    "many between": resolvent(A * W, lam) * M * W * A * M * resolvent(W * A, mu) * W,
    "nothing between": resolvent(W, lam) * resolvent(A * W, mu),
    "two spaces": resolvent(A * X.T * X, lam) * M * resolvent(X.T * X, mu),
}
TRACES = {
    "Wishart": tr(resolvent(A * W, lam)),
    "two laws": tr(resolvent(A * W + H, lam) * M),
    "two spaces": tr(resolvent(X * A * X.T, lam)),
}


def some(expression: object, most: int = 60) -> list[Diagram]:
    """Diagrams of orders 1 to 4."""
    equivalent = derive(expression)  # type: ignore[arg-type]
    found = [d for order in range(1, 5) for d in equivalent.diagrams(order)]
    return found[:: max(1, len(found) // most)]


def crossing(a: tuple[Point, Point], b: tuple[Point, Point]) -> bool:
    """Whether two straight pieces share a point; exact up to rounding of the coordinates."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    (p, q), (r, s) = a, b
    if max(p[0], q[0]) < min(r[0], s[0]) or max(r[0], s[0]) < min(p[0], q[0]):
        return False
    if max(p[1], q[1]) < min(r[1], s[1]) or max(r[1], s[1]) < min(p[1], q[1]):
        return False
    return side(p, q, r) * side(p, q, s) <= 0 and side(r, s, p) * side(r, s, q) <= 0


def sampled(curve: Curve, steps: int = 8) -> list[Point]:
    start, *rest = curve.points
    found = [start]
    for i in range(0, len(rest), 3):
        c = (found[-1], *rest[i : i + 3])
        for k in range(1, steps + 1):
            t = k / steps
            w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            found.append(
                (
                    sum(x * y[0] for x, y in zip(w, c, strict=True)),
                    sum(x * y[1] for x, y in zip(w, c, strict=True)),
                )
            )
    return found


def meet(one: list[Point], other: list[Point]) -> bool:
    return any(crossing(a, b) for a in pairwise(one) for b in pairwise(other))


def hulls(picture: Picture) -> list[list[Point]]:
    areas = [[*a.points, a.points[0]] for a in picture.areas if a.style.startswith("hull")]
    return areas + [sampled(c) for c in picture.curves if c.style.startswith("hull")]


def pieces(lines: Iterable[Line]) -> int:
    """How many connected figures the combs and rungs are."""
    every = [line for line in lines if line.style.startswith("comb") or line.style == "cap"]
    graph = nx.Graph()
    graph.add_nodes_from(range(len(every)))
    ends = [((x.x1, x.y1), (x.x2, x.y2)) for x in every]
    graph.add_edges_from(
        (i, j) for i, j in combinations(range(len(every)), 2) if crossing(ends[i], ends[j])
    )
    return nx.number_connected_components(graph)


def box(label: Label) -> tuple[float, float, float, float]:
    wide = typeset_width(label.text)
    left = label.x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
    return left, left + wide, label.y - 0.17, label.y + 0.17


def overlap(a: Label, b: Label) -> bool:
    (l1, r1, b1, t1), (l2, r2, b2, t2) = box(a), box(b)
    return l1 < r2 and l2 < r1 and b1 < t2 and b2 < t1


def labels_are_apart(picture: Picture) -> bool:
    return not any(overlap(a, b) for a, b in combinations(picture.labels, 2))


def through(label: Label, line: Line) -> bool:
    """Whether a level or upright line runs through a label."""
    left, right, bottom, top = box(label)
    x, y = sorted((line.x1, line.x2)), sorted((line.y1, line.y2))
    return x[0] < right and left < x[1] + 1e-9 and y[0] < top and bottom < y[1] + 1e-9


@pytest.mark.parametrize("name", TWO)
def test_a_ladder_has_one_piece_for_each_block_and_no_label_in_the_way(name: str) -> None:
    for diagram in some(TWO[name]):
        picture = ladder(diagram)
        assert pieces(picture.lines) == len(diagram.partition), str(diagram)
        assert labels_are_apart(picture), str(diagram)
        assert not any(
            through(label, line) for label in picture.labels for line in picture.lines
        ), str(diagram)
        assert len(picture.dots) == len(diagram.atoms)
        assert len({(d.x, d.y) for d in picture.dots}) == len(picture.dots)


@pytest.mark.parametrize("name", TRACES)
def test_hulls_on_a_circle_do_not_meet_each_other_nor_the_complement(name: str) -> None:
    for diagram in some(TRACES[name]):
        picture = circle(diagram)
        found = hulls(picture)
        assert len(found) == sum(len(block) > 1 for block in diagram.partition)
        assert not any(meet(a, b) for a, b in combinations(found, 2)), str(diagram)
        dashed = [[(x.x1, x.y1), (x.x2, x.y2)] for x in picture.lines if x.style == "complement"]
        assert not any(meet(a, b) for a in found for b in dashed), str(diagram)
        assert labels_are_apart(picture)


def test_the_circle_counts_points_and_faces() -> None:
    """n letters, n hollow points; blocks and faces of the complement together are n + 1."""
    for diagram in some(TRACES["Wishart"]):
        picture, n = circle(diagram), len(diagram.walk.random)
        assert [d.style for d in picture.dots] == ["random"] * n + ["hollow"] * n


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_hulls_in_an_annulus_never_meet(data: st.DataObject) -> None:
    p, q = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    in_an_annulus(data.draw(st.sampled_from(list(annular_partitions(p, q)))), p, q)


@pytest.mark.parametrize(
    ("cycles", "outer", "inner"),
    [
        ([(0, 5, 6), (1, 4), (2, 3)], 6, 1),
        ([(0, 6, 11), (1, 5), (2, 4), (3,), (7, 10), (8, 9)], 6, 6),
        ([(0, 7), (1,), (2, 6, 8), (3, 5), (4,)], 7, 2),
    ],
)
def test_nested_hulls_in_an_annulus_never_meet(
    cycles: list[tuple[int, ...]], outer: int, inner: int
) -> None:
    in_an_annulus(cycles, outer, inner)


def in_an_annulus(cycles: Iterable[tuple[int, ...]], p: int, q: int) -> None:
    picture = annulus(cycles, p, q)
    found = hulls(picture)
    assert not any(meet(a, b) for a, b in combinations(found, 2)), cycles
    assert labels_are_apart(picture), cycles
    rings = [sampled(c) for c in picture.curves if c.style == "rule"]
    big, small = (max(abs(x) for x, _ in ring) for ring in rings)
    assert all(
        small - 0.02 <= (x * x + y * y) ** 0.5 <= big + 0.02 for hull in found for x, y in hull
    )


def test_an_annulus_refuses_what_crosses() -> None:
    with pytest.raises(PlanarError, match="cross in the annulus of 3 and 1 points"):
        annulus([(0, 2, 1, 3)], 3, 1)
    with pytest.raises(PlanarError, match="joins the two circles"):
        annulus([(0, 1), (2,)], 2, 1)
    with pytest.raises(PlanarError, match="1 names for 3 points"):
        annulus([(0, 1, 2)], 2, 1, names=["W"])
    with pytest.raises(PlanarError, match="is not a permutation of 2 and 1 points"):
        annulus([(0, 1)], 2, 1)


@pytest.mark.parametrize("name", TRACES)
def test_ribbons_are_apart_and_faces_end_at_them(name: str) -> None:
    for diagram in some(derive(TRACES[name]).lhs):
        picture = double_line(diagram)
        strands = [x for x in picture.lines if x.style == "strand"]
        proper = [
            (a, b)
            for a, b in combinations(strands, 2)
            if crossing(((a.x1, a.y1), (a.x2, a.y2)), ((b.x1, b.y1), (b.x2, b.y2)))
        ]
        ends = [{(a.x1, a.y1), (a.x2, a.y2)} & {(b.x1, b.y1), (b.x2, b.y2)} for a, b in proper]
        assert all(ends), str(diagram)
        assert sum(a.style.startswith("face") for a in picture.areas) == sum(
            len(block) - 1 + (diagram.walk.random[block[0]].name == "W")
            for block in diagram.partition
        )
        assert labels_are_apart(picture)


def test_faces_are_shaded_by_their_space() -> None:
    """The face between X and X.T lies over N, that between X.T and X over P, whichever space the
    open line has.
    """

    def shades(expression: object) -> list[str]:
        (diagram,) = derive(expression).diagrams(2)  # type: ignore[arg-type]
        return [a.style for a in double_line(diagram).areas if a.style != "arrow"]

    assert shades(tr(X * A * X.T)) == ["face1"]
    assert shades(tr(X.T * X)) == ["face2"]
    assert shades(tr(H * A * H)) == ["face1"]
    assert "N face1, P face2" in double_line(next(derive(tr(W * A * W)).diagrams(2))).description


def test_equations_stand_on_one_axis() -> None:
    for picture in (
        dyson(),
        irreducible("W", (1, 2, 3)),
        rung("W", (2, 3)),
        ladder_sum("M"),
        ladder_sum(""),
    ):
        assert labels_are_apart(picture)
        assert all(label.y == 0 for label in picture.labels if label.style == "sign")
    signs = [label.text for label in irreducible("O", (2, 4), mate="Oᵀ").labels]
    assert signs.count("Oᵀ") == 3
    assert [label.text for label in beside(dyson(), "=", dyson()).labels].count("=") == 3


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("width", [3.4, 6.9])
def test_galleries_fit_their_column(layout: str, width: float) -> None:
    found = draw([d for d in some(TWO["one law"]) if d.walk.random], layout=layout, width=width)  # type: ignore[call-overload]
    root = ElementTree.fromstring(found)
    assert float(root.attrib["width"]) <= width * 96 + 25


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("format", FORMATS)
def test_every_layout_prints_in_every_format_or_says_why(layout: str, format: str) -> None:
    diagrams = some(TWO["one law"])[:6]
    if format == "text" and layout in ("circle", "double-line"):
        with pytest.raises(PlanarError, match='"svg" or "tikz"'):
            draw(diagrams, format, layout=layout)  # type: ignore[call-overload]
    else:
        assert draw(diagrams, format, layout=layout) == draw(diagrams, format, layout=layout)  # type: ignore[call-overload]


def test_what_does_not_fit_is_said() -> None:
    (diagram,) = derive(resolvent(A * W, lam)).diagrams(1)
    for layout, words in (("ladder", "this diagram has 1"), ("spiral", "no layout 'spiral'")):
        with pytest.raises(PlanarError, match=words):
            draw(diagram, layout=layout)  # type: ignore[arg-type]
    with pytest.raises(PlanarError, match="has none; take a higher order"):
        circle(next(derive(resolvent(A * W, lam)).diagrams(0)))
    for wrong, words in (
        ({"width": 0}, "a width of 0 inches"),
        ({"width": "3.4"}, "a width of '3.4' inches"),
        ({"width": float("inf")}, "a width of inf inches"),
        ({"mode": "beamer"}, "no mode 'beamer'"),
        ({"blocks": "hull"}, "'hull'; take one of comb, arcs"),
    ):
        with pytest.raises(PlanarError, match=words):
            draw([diagram, diagram], **wrong)  # type: ignore[arg-type]
    for thing in (derive(resolvent(A * W, lam)), 5, "x", None, [1, 2]):
        with pytest.raises(PlanarError, match=r"is not a valid diagram; draw eq.diagrams\(2\)"):
            draw(thing)  # type: ignore[arg-type]
    for sizes in ([], [0], [2.5], 2):
        with pytest.raises(PlanarError, match="are not valid sizes of blocks"):
            irreducible("W", sizes)  # type: ignore[arg-type]
    with pytest.raises(PlanarError, match="is not a valid text of a label"):
        irreducible(W, [2])  # type: ignore[arg-type]
    with pytest.raises(PlanarError, match="is neither a picture nor a sign"):
        beside(5)  # type: ignore[arg-type]
    laws = [Wishart(f"W{k}", N, P) for k in range(9)]
    crowd = list(derive(resolvent(sum(laws[1:], laws[0]), lam)).diagrams(1))
    with pytest.raises(PlanarError, match="9 ensembles"):
        draw(crowd)


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        pytest.param("png", b"\x89PNG", marks=pytest.mark.optional("png")),
        pytest.param("pdf", b"%PDF", marks=pytest.mark.optional("pdf")),
    ],
)
def test_png_and_pdf_where_something_draws_them(kind: str, begins: bytes) -> None:
    (diagram,) = derive(resolvent(A * W, lam)).diagrams(1)
    assert draw(diagram, kind).startswith(begins)


def test_what_would_draw_png_and_pdf_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (diagram,) = derive(resolvent(A * W, lam)).diagrams(1)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(PlanarError, match="no renderer for png is installed: pip install"):
        draw(diagram, "png")
    with pytest.raises(PlanarError, match="no renderer for pdf is installed: install pdflatex"):
        draw(diagram, "pdf")


def test_planar_draw_knows_its_layouts() -> None:
    diagrams = list(derive(TWO["one law"]).diagrams(2))
    assert "<polygon" in planar.draw(diagrams, layout="double-line")
    assert planar.draw(diagrams, "tikz", mode="inline").startswith(r"\begin{tikzpicture}")
    assert planar.draw(diagrams, "tikz", mode="standalone").startswith(r"\documentclass")
    assert planar.draw(diagrams[0], "dot").startswith("graph planar {")
