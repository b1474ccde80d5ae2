"""What each style means in SVG: widths, dashes and shades, in the colour of the text around it."""

from __future__ import annotations

__all__ = ["STYLES"]

_PEN = "fill: none; stroke: currentColor; stroke-width: "
_SHADE = "fill: currentColor; stroke: currentColor; stroke-linejoin: round; "
STYLES = {
    "backbone": _PEN + "1",
    "stub": _PEN + "1",
    "dressed": _PEN + "3.2",
    "cap": _PEN + "1.6",
    "comb1": _PEN + "1.6; stroke-linecap: square",
    "comb2": _PEN + "1.6; stroke-dasharray: 5 2.5",
    "comb3": _PEN + "1.6; stroke-dasharray: 1.6 2.4",
    "comb4": _PEN + "3; stroke-linecap: square",
    "comb5": _PEN + "1.6; stroke-dasharray: 8 2 1.6 2",
    "comb6": _PEN + "3; stroke-dasharray: 5 2.5",
    "comb7": _PEN + "3; stroke-dasharray: 2.4 3",
    "comb8": _PEN + "1.6; stroke-dasharray: 12 3",
    "rule": _PEN + "0.8",
    "strand": _PEN + "1",
    "loop": _PEN + "0.8; stroke-dasharray: 3 1.6",
    "hatch": _PEN + "0.7",
    "hull1": _SHADE + "fill-opacity: 0.14; stroke-width: 1.4",
    "hull2": _SHADE + "fill-opacity: 0.32; stroke-width: 1.4; stroke-dasharray: 5 2.5",
    "hull3": _SHADE + "fill-opacity: 0.05; stroke-width: 1.4; stroke-dasharray: 1.6 2.4",
    "hull4": _SHADE + "fill-opacity: 0.5; stroke-width: 2.4",
    "hull5": _SHADE + "fill-opacity: 0.2; stroke-width: 1.4; stroke-dasharray: 8 2 1.6 2",
    "hull6": _SHADE + "fill-opacity: 0.4; stroke-width: 2.6; stroke-dasharray: 5 2.5",
    "hull7": _SHADE + "fill-opacity: 0.08; stroke-width: 2.6; stroke-dasharray: 2.4 3",
    "hull8": _SHADE + "fill-opacity: 0.26; stroke-width: 1.4; stroke-dasharray: 12 3",
    "complement": _PEN + "0.8; stroke-dasharray: 2.4 2",
    "face1": "fill: currentColor; fill-opacity: 0.1; stroke: none",
    "face2": "fill: currentColor; fill-opacity: 0.38; stroke: none",
    "face3": "fill: currentColor; fill-opacity: 0.22; stroke: none",
    "face4": "fill: currentColor; fill-opacity: 0.55; stroke: none",
    "blob": _PEN + "1.2",
    "box": _PEN + "1.2",
    "arrow": "fill: currentColor; stroke: none",
    "random": "fill: currentColor; stroke: none",
    "deterministic": _PEN + "1.2",
    "bare": _PEN + "1.2",
    "hollow": _PEN + "0.9",
}
"""What each style means; an author edits the same lines at the top of the SVG."""
