"""A picture as PNG or PDF, where a renderer is installed.

That is librsvg's ``rsvg-convert``, resvg, or pdflatex.
"""

from __future__ import annotations

import importlib
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from planar.foundations.errors import PlanarError
from planar.writing.drawing.formats.svg import svg
from planar.writing.drawing.formats.tikz import tikz
from planar.writing.drawing.picture import Picture

__all__ = ["Raster", "rendered"]

Raster = Literal["png", "pdf"]
SCALE = 3
"""Pixels of a PNG for one of 1/96 inch."""
SECONDS = 120
PDFLATEX = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")


def rendered(picture: Picture, kind: Raster) -> bytes:
    """The bytes of the file; PDF through TikZ where pdflatex is installed, all else through SVG.

    Raises ``PlanarError`` where no renderer is installed, or where it fails.
    """
    if kind == "pdf" and shutil.which("pdflatex"):
        return _by_pdflatex(tikz(picture, "standalone"))
    if command := shutil.which("rsvg-convert"):
        return _by_rsvg(picture, kind, command)
    if kind == "png":
        return _by_resvg(picture)
    raise PlanarError(
        "no renderer for pdf is installed: install pdflatex or rsvg-convert; svg and tikz need "
        "neither."
    )


def _by_rsvg(picture: Picture, kind: Raster, command: str) -> bytes:
    paper = ["--background-color=white", f"--zoom={SCALE}"] if kind == "png" else []
    run = subprocess.run(
        [command, f"--format={kind}", *paper],
        input=svg(picture).encode(),
        capture_output=True,
        check=False,
    )
    if run.returncode:
        raise PlanarError(f"rsvg-convert failed on the picture: {run.stderr.decode().strip()}")
    return run.stdout


def _by_resvg(picture: Picture) -> bytes:
    try:
        resvg = importlib.import_module("resvg_py")
    except ImportError:
        raise PlanarError(
            "no renderer for png is installed: pip install resvg-py, or install rsvg-convert; "
            "svg and tikz need neither."
        ) from None
    return bytes(resvg.svg_to_bytes(svg_string=svg(picture), zoom=SCALE, background="white"))


def _by_pdflatex(document: str) -> bytes:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "picture.tex").write_text(document, encoding="utf-8")
        run = subprocess.run(
            [*PDFLATEX, "picture.tex"],
            cwd=place,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
        if run.returncode:
            raise PlanarError(f"pdflatex failed on the picture: {_first_error(run.stdout)}")
        return (place / "picture.pdf").read_bytes()


def _first_error(output: bytes) -> str:
    """The first line that reports an error."""
    lines = output.decode("latin-1").splitlines()
    return next((line for line in lines if line.startswith("!")), "no output")
