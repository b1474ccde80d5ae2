"""A picture as TikZ: explicit coordinates, plain pdflatex, and a block of styles on top that an author may change."""

from __future__ import annotations

import re
from itertools import groupby

from planar.draw.picture import Arc, Dot, Label, Line, Picture

__all__ = ["mathematics", "tikz"]

BASELINE = 0.1
"""How far the baseline of a label lies below its middle."""

_STYLES = r"""\tikzset{
  planar backbone/.style={line width=0.4pt},
  planar stub/.style={line width=0.4pt},
  planar cap/.style={line width=0.8pt},
  planar comb1/.style={line width=0.8pt, line cap=rect},
  planar comb2/.style={line width=0.8pt, dash pattern=on 2.5pt off 1.4pt},
  planar comb3/.style={line width=0.8pt, dash pattern=on 0.9pt off 1.3pt},
  planar comb4/.style={line width=1.6pt, line cap=rect},
  planar random/.style={circle, fill, inner sep=0pt, minimum size=4.6pt},
  planar deterministic/.style={rectangle, draw, line width=0.6pt, inner sep=0pt, minimum size=4.9pt},
  planar bare/.style={circle, draw, line width=0.6pt, inner sep=0pt, minimum size=5.3pt},
  planar letter/.style={inner sep=0pt, font=\small},
  planar value/.style={inner sep=0pt, font=\small},
}"""

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ", "0123456789-T")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_PLAIN = frozenset("()[]/+-*=,.|:<>!'")


def tikz(picture: Picture) -> str:
    """A fragment for ``\\input`` in a document that loads tikz: the styles, then one tikzpicture of 0.95 cm a unit."""
    body = [
        *map(_line, picture.lines),
        *map(_arc, picture.arcs),
        *map(_dot, picture.dots),
        *map(_label, picture.labels),
    ]
    start = r"\begin{tikzpicture}[x=0.95cm, y=0.95cm, baseline={(0,0)}]"
    return "\n".join([_STYLES, start, *("  " + part for part in body), r"\end{tikzpicture}", ""])


def _at(x: float, y: float) -> str:
    return f"({round(x, 3):g},{round(y, 3):g})"


def _line(line: Line) -> str:
    return rf"\draw[planar {line.style}] {_at(line.x1, line.y1)} -- {_at(line.x2, line.y2)};"


def _arc(arc: Arc) -> str:
    radii = f"x radius={(arc.x2 - arc.x1) / 2:g}, y radius={arc.height:g}"
    return rf"\draw[planar {arc.style}] {_at(arc.x1, arc.y)} arc[start angle=180, end angle=0, {radii}];"


def _dot(dot: Dot) -> str:
    return rf"\node[planar {dot.style}] at {_at(dot.x, dot.y)} {{}};"


def _label(label: Label) -> str:
    style = f"planar {label.style}, anchor={_ANCHORS[label.anchor]}"
    return rf"\node[{style}] at {_at(label.x, label.y - BASELINE)} {{${mathematics(label.text)}$}};"


def mathematics(text: str) -> str:
    r"""A line of chalk as LaTeX for math mode, in ASCII.

    >>> mathematics("-q² tr[A] Mᵀ/λ⁴")
    '-q^{2}\\,\\mathrm{tr}[A]\\,M^{\\top}/\\lambda^{4}'
    >>> mathematics("κ_B(2) Sig_1%")
    '\\kappa_{B}(2)\\,\\mathrm{Sig}_{1}\\%'
    """
    found = ""
    for kind, run in groupby(_tokens(text), key=lambda token: token[0]):
        joined = [value for _, value in run]
        match kind:
            case "raised":
                found += "^{" + "".join(joined).translate(_RAISED).replace("T", r"\top") + "}"
            case "lowered":
                found += "_{" + "".join(joined).translate(_LOWERED) + "}"
            case _:
                for value in joined:
                    found += (" " if re.search(r"\\[a-zA-Z]+$", found) and value[:1].isalpha() else "") + value
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    text = re.sub(r" ([-+]) ", r"\1", text)
    tokens = re.findall(r"_[^\W_]+|[^\W\d_ᵀ]\N{COMBINING MACRON}|[A-Za-z]+|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]|[₀-₉]|.", text)
    return [_token(token) for token in tokens]


def _token(token: str) -> tuple[str, str]:
    if token[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ":
        return "raised", token
    if token[0] in "₀₁₂₃₄₅₆₇₈₉":
        return "lowered", token
    if token[0] == "_" and len(token) > 1:
        return "lowered", mathematics(token[1:])
    if token.endswith("\N{COMBINING MACRON}") and len(token) == 2:
        return "plain", rf"\overline{{{mathematics(token[0])}}}"
    if token.isascii() and token.isalpha():
        return "plain", token if len(token) == 1 else rf"\mathrm{{{token}}}"
    if token in _GREEK:
        return "plain", "\\" + _GREEK[token]
    if token == " ":
        return "plain", r"\,"
    if token in _PLAIN or (token.isascii() and token.isdigit()):
        return "plain", token
    special = {"\\": r"\backslash", "^": r"\hat{}", "~": r"\sim"}
    return "plain", special.get(token, "\\" + token if token in "%$#&{}_" else r"\cdot")
