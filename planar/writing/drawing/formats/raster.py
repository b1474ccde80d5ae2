"""A picture as PNG or PDF, where something that draws it is installed: librsvg's ``rsvg-convert``,
resvg, or pdflatex.
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


def rendered(picture: Picture, kind: Raster) -> bytes:
    """The bytes of the file; PDF through TikZ where pdflatex is installed, all else through SVG.

    Raises ``PlanarError`` where nothing is installed that draws it.
    """
    if kind == "pdf" and shutil.which("pdflatex"):
        return _typeset(tikz(picture, "standalone"))
    command = shutil.which("rsvg-convert")
    if command is None:
        if kind == "png":
            return _by_resvg(picture)
        raise PlanarError(
            "nothing that draws pdf is installed: install pdflatex or rsvg-convert; svg and tikz need neither."
        )
    paper = ["--background-color=white", f"--zoom={SCALE}"] if kind == "png" else []
    done = subprocess.run(
        [command, f"--format={kind}", *paper],
        input=svg(picture).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise PlanarError(f"rsvg-convert refused the picture: {done.stderr.decode().strip()}")
    return done.stdout


def _by_resvg(picture: Picture) -> bytes:
    try:
        resvg = importlib.import_module("resvg_py")
    except ImportError:
        way = (
            'pip install "planar-rmt[figures]" or install rsvg-convert; svg and tikz need neither.'
        )
        raise PlanarError(f"nothing that draws png is installed: {way}") from None
    return bytes(resvg.svg_to_bytes(svg_string=svg(picture), zoom=SCALE, background="white"))


def _typeset(document: str) -> bytes:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "picture.tex").write_text(document, encoding="utf-8")
        command = [
            "pdflatex",
            "-interaction=nonstopmode",
            "-halt-on-error",
            "-no-shell-escape",
            "picture.tex",
        ]
        done = subprocess.run(command, cwd=place, capture_output=True, check=False, timeout=SECONDS)
        if done.returncode:
            last = next(
                (x for x in done.stdout.decode("latin-1").splitlines() if x.startswith("!")),
                "no output",
            )
            raise PlanarError(f"pdflatex refused the picture: {last}")
        return (place / "picture.pdf").read_bytes()
