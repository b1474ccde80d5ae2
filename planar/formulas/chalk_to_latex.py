"""A line of chalk as LaTeX."""

from __future__ import annotations

import re
from itertools import groupby

__all__ = ["chalk_to_latex"]

_NAMES = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", _NAMES.split(), strict=True))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ", "0123456789-T")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n")
_PLAIN = frozenset("()[]/+-*=,.|:<>!'")


def chalk_to_latex(text: str) -> str:
    r"""A line of chalk as LaTeX for math mode, in ASCII.

    >>> chalk_to_latex("-q² tr[A] Mᵀ/λ⁴")
    '-q^{2}\\,\\mathrm{tr}[A]\\,M^{\\top}/\\lambda^{4}'
    >>> chalk_to_latex("κ_B(2) Sig_1%")
    '\\kappa_{B}(2)\\,\\mathrm{Sig}_{1}\\%'
    """
    latex = ""
    for kind, run in groupby(_tokens(text), key=lambda token: token[0]):
        joined = [value for _, value in run]
        match kind:
            case "raised":
                latex += "^{" + "".join(joined).translate(_RAISED).replace("T", r"\top") + "}"
            case "lowered":
                latex += "_{" + "".join(joined).translate(_LOWERED) + "}"
            case _:
                for value in joined:
                    ends_in_command = re.search(r"\\[a-zA-Z]+$", latex)
                    latex += (" " if ends_in_command and value[:1].isalpha() else "") + value
    return latex


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
        return "lowered", chalk_to_latex(token[1:])
    if token.endswith("\N{COMBINING MACRON}") and len(token) == 2:
        return "plain", rf"\overline{{{chalk_to_latex(token[0])}}}"
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
