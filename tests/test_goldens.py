"""LaTeX, chalk, figures and modules, byte by byte; also in a process with another hash seed."""

import pytest
from expressions import EVERY
from hash_seeds import under_another_seed

import planar

CHOSEN = {
    "two_point": "two-point: Wishart",
    "any_letter": "symbolic: any letter, two-point",
    "wigner": "two-point: GOE",
    "two_bulks": "two-point: two bulks",
    "three": "three-point: three resolvents",
    "system": "system: A W + W A",
}


@pytest.mark.parametrize("name", CHOSEN)
def test_what_is_printed(name, golden):
    equivalent = planar.derive(EVERY[CHOSEN[name]])
    golden(f"{name}.txt", f"{equivalent}\n")
    golden(f"{name}.tex", equivalent.latex_steps())


@pytest.mark.parametrize("name", ["two_point", "system"])
def test_what_is_generated(name, golden):
    equivalent = planar.derive(EVERY[CHOSEN[name]])
    golden(f"{name}.py.txt", equivalent.source())
    golden(f"{name}.c.txt", equivalent.source("c"))


@pytest.mark.parametrize("form", ["svg", "tikz", "dot", "text"])
def test_what_is_drawn(form, golden):
    diagrams = tuple(planar.derive(EVERY[CHOSEN["two_point"]]).diagrams(2))
    golden(f"two_point.{form}", planar.draw(diagrams, format=form))


@pytest.mark.parametrize("layout", ["ladder", "circle", "double-line"])
@pytest.mark.parametrize("form", ["svg", "tikz"])
def test_other_layouts(layout, form, golden):
    name = "one-point: Wishart" if layout == "circle" else CHOSEN["two_point"]
    diagrams = tuple(planar.derive(EVERY[name]).diagrams(3))
    golden(f"{layout}.{form}", planar.draw(diagrams, format=form, layout=layout, width=3.4))


@pytest.mark.parametrize("form", ["svg", "tikz"])
def test_an_annulus_is_drawn(form, golden):
    cycles = [(0, 6, 11), (1, 5), (2, 4), (3,), (7, 10), (8, 9)]
    golden(f"annulus.{form}", planar.draw(planar.pictures.annulus(cycles, 6, 6), format=form))


SCRIPT = """
import sys
sys.path.insert(0, "tests")
from test_goldens import everything
sys.stdout.write(everything())
"""


def everything() -> str:
    """Formulas, modules and drawings of expressions with much to put in order."""
    texts = list[str]()
    for name in (
        "two-point: mixed sum",
        "two-point: two letters in two ways",
        "system: A W + W A, two-point",
    ):
        eq = planar.derive(EVERY[name])
        texts += [str(eq), eq.latex(), eq.source(), *map(planar.draw, eq.diagrams(2))]
    return "\n".join([*texts, planar.derive(EVERY["two-point: two bulks"]).latex_steps(0)])


def test_the_hash_seed_does_not_matter(pytestconfig):
    """That of this process, which is another one each time, beside a given one."""
    assert under_another_seed(SCRIPT, "77", pytestconfig.rootpath) == everything()
