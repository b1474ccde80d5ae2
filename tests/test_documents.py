"""README and notebooks run as they stand; every block parses."""

import doctest
import re
import shlex
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from planar.cli.main import main

ROOT = Path(__file__).parents[1]


def test_the_readme_runs():
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=flags, encoding="utf-8")
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


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb")))
def test_notebooks_run(name):
    notebook = nbformat.read(ROOT / "notebooks" / name, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}).execute()
