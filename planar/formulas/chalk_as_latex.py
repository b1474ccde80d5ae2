"""A line of chalk as LaTeX."""

from __future__ import annotations

import re
from itertools import groupby

__all__ = ["mathematics"]

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "υ": "upsilon", "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ", "0123456789-T")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n")
_PLAIN = frozenset("()[]/+-*=,.|:<>!'")


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
                    found += (
                        " " if re.search(r"\\[a-zA-Z]+$", found) and value[:1].isalpha() else ""
                    ) + value
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    text = re.sub(r" ([-+=]) ", r"\1", text)
    tokens = re.findall(
        r"_[^\W_]+|[^\W\d_ᵀ]\N{COMBINING MACRON}|[A-Za-z]+|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ]|[₀-₉ₙ]|.", text
    )
    return [_token(token) for token in tokens]


def _token(token: str) -> tuple[str, str]:
    if token[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ":
        return "raised", token
    if token[0] in "₀₁₂₃₄₅₆₇₈₉ₙ":
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
    special = {"⋯": r"\cdots", "≃": r"\simeq", "\\": r"\backslash", "^": r"\hat{}", "~": r"\sim"}
    return "plain", special.get(token, "\\" + token if token in "%$#&{}_" else r"\cdot")
