"""README and notebooks run as they stand; every block parses."""

import ast
import doctest
import re
import shlex
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import planar
from planar.interfaces.cli.main import main

ROOT = Path(__file__).parents[1]


def test_the_readme_runs():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    result = doctest.testfile(
        str(ROOT / "README.md"), module_relative=False, optionflags=flags, encoding="utf-8"
    )
    assert result.attempted > 20
    assert result.failed == 0


def test_the_readme_shell_lines_are_read(capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", text, re.S)
        for line in block.splitlines()
        if line.startswith("planar ")
    ]
    assert len(lines) >= 2
    for line in lines:
        assert main(shlex.split(line)[1:]) == 0
    assert "≃" in capsys.readouterr().out


NOTEBOOKS = sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb"))
ALONE = {"IPython", "jax", "matplotlib", "numpy", "sklearn", "sympy", *sys.stdlib_module_names}
"""What a notebook may import beside the public door of planar."""


def test_there_are_eight_notebooks_in_their_order():
    assert [name[:2] for name in NOTEBOOKS] == [f"0{k}" for k in range(1, 9)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_are_stored_clean(name):
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) == {"kernelspec"}
    assert [cell.id for cell in notebook.cells] == [f"cell-{k}" for k in range(len(notebook.cells))]
    assert all(not cell.metadata for cell in notebook.cells)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_teach_and_claim(name):
    """A title, a last section of what to try, and claims that are asserted."""
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    assert notebook.cells[-1].source.startswith("## What to try next")
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert sum("assert " in source for source in code) > len(code) / 4


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_use_the_public_door(name):
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    tree = ast.parse(re.sub(r"^%.*$", "", code, flags=re.M))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(module="planar", names=names):
                assert {alias.name for alias in names} <= set(planar.__all__)
                continue
            case ast.ImportFrom(module="planar.dynamics", names=names):
                assert {alias.name for alias in names} <= set(planar.dynamics.__all__)
                continue
            case ast.ImportFrom(module=module):
                modules = [module]
            case ast.Attribute(value=ast.Name(id="planar"), attr=attribute):
                assert attribute in planar.__all__
                continue
            case _:
                continue
        assert all(m == "planar" or m.split(".")[0] in ALONE for m in modules), modules


def compiling(name):
    """A notebook; one that compiles for every installed backend belongs to the tests of optional
    parts too.
    """
    text = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
    return pytest.param(name, marks=[pytest.mark.optional] * ('"numba' in text))


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", [compiling(name) for name in NOTEBOOKS])
def test_notebooks_run(name):
    """Every cell, from a clean kernel: formulas and figures show themselves, and nothing goes to
    stderr.
    """
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    ).execute()
    outputs = [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    ]
    assert not [output for output in outputs if output.output_type == "error"]
    assert "".join(output.text for output in outputs if output.get("name") == "stderr") == ""
    shown = [kind for output in outputs for kind in output.get("data", ())]
    assert shown.count("text/latex") >= 1
    assert shown.count("image/svg+xml") >= 1
    assert "image/png" not in shown
