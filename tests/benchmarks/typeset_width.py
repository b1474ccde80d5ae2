"""How far formulas run over a text width, as pdflatex measures it: one run for all of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["PDFLATEX", "overfull"]

PDFLATEX = shutil.which("pdflatex")
_MARK = re.compile(r"^FORMULA (\d+)$|^Overfull \\hbox \(([\d.]+)pt too wide\)", re.MULTILINE)


def overfull(formulas: Sequence[str], inches: float) -> list[float]:
    """Points by which each display is wider than the text, 0 where it fits."""
    wide = [0.0] * len(formulas)
    place = 0
    for number, points in _MARK.findall(_log(_document(formulas, inches))):
        if number:
            place = int(number)
        else:
            wide[place] = max(wide[place], float(points))
    return wide


def _document(formulas: Sequence[str], inches: float) -> str:
    """Every formula on pages of its own, after its number in the log."""
    top = (
        r"\documentclass{article}\usepackage{amsmath,amssymb}"
        rf"\usepackage[textwidth={inches}in]{{geometry}}"
        r"\pagestyle{empty}\allowdisplaybreaks"
    )
    displays = "\n".join(
        rf"\typeout{{^^JFORMULA {place}^^J}}{text}\clearpage" for place, text in enumerate(formulas)
    )
    return f"{top}\n\\begin{{document}}\n{displays}\n\\end{{document}}\n"


def _log(document: str) -> str:
    """What pdflatex says of a document."""
    with TemporaryDirectory() as folder:
        Path(folder, "forms.tex").write_text(document, encoding="utf-8")
        done = subprocess.run(
            [
                str(PDFLATEX),
                "-interaction=nonstopmode",
                "-halt-on-error",
                "-no-shell-escape",
                "-draftmode",
                "forms.tex",
            ],
            cwd=folder,
            capture_output=True,
            check=False,
            env={**os.environ, "max_print_line": "1000"},
        )
    log = done.stdout.decode("latin-1")
    if done.returncode:
        raise RuntimeError(f"pdflatex failed on the formulas: {log[-800:]}")
    return log
