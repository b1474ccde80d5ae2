"""Names of symbols and letters as identifiers of the generated languages."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

from planar.equivalent import STAR

__all__ = ["identifiers"]

_WORDS = """
    np jnp jax math n data weights inputs named start shape basis given residual gamma_star status equivalent prepare
    solve right_side vector matrix column row diagonal_matrix stacked combined grouped average trace near kron blocks
    loops radius spectrum_step spectrum_step_matrix spectrum_rung found picked solved spread begun iterated split attempt
    newton_step relative Block state unknowns value points reduce dataclass auto break case char const continue default do
    double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct
    switch typedef union unsigned void volatile while complex num real creal cimag conj sqrt exp log sin cos pow fabs cabs
    main i j k x f slope below step left critical point work out take out_named out_value out_residual out_gamma chunk
    kron inner start_ Data count inverted cmath inverse accepted
"""
RESERVED = frozenset(_WORDS.split())
"""What the modules use themselves, and the words of C."""


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """Python identifiers for names of symbols and letters, unique, ``lambda`` as ``lam``, primes as ``_p``.

    >>> identifiers(["lambda", "kappa'", "df2(kappa, kappa')"])
    {'lambda': 'lam', "kappa'": 'kappa_p', "df2(kappa, kappa')": 'df2_kappa_kappa_p'}
    """
    found: dict[str, str] = {}
    for name in names:
        text = re.sub(r"'+", lambda m: "_" + "p" * len(m[0]), name.replace(STAR, "_conj"))
        text = re.sub(r"[^0-9A-Za-z_]+", "_", text).strip("_") or "x"
        text = "lam" if text == "lambda" else text
        text = text if text[0].isalpha() else f"x_{text}"
        while keyword.iskeyword(text) or text in found.values() or text in RESERVED or hasattr(builtins, text):
            text += "_"
        found[name] = text
    return found
