"""Names of symbols and letters as identifiers of the generated languages."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Hashable, Iterable, Mapping
from itertools import product
from typing import TypeVar

__all__ = ["identifiers"]

_WORDS = """
    np jnp jax math n data weights inputs named start shape basis given residual gamma_star status
    equivalent prepare solve right_side vector matrix column row diagonal_matrix stacked combined
    grouped average trace near kron blocks loops radius spectrum_step spectrum_step_matrix
    spectrum_rung found picked solved spread begun iterated split attempt newton_step relative Block
    state unknowns value points reduce dataclass auto break case char const continue default do
    double else enum extern float for goto if inline int long register restrict return short signed
    sizeof static struct switch typedef union unsigned void volatile while complex num real creal
    cimag conj sqrt exp log sin cos pow fabs cabs main i j k x f slope below step left critical
    point work out take out_named out_value out_residual out_gamma chunk kron inner start_ Data
    count inverted cmath sizes scalars root good I NULL REAL IMAG EOF errno stdin stdout stderr
    memcpy memset malloc calloc free lax njit partial SimpleNamespace give_back implicit_step
    inverse accepted total rows finite fitting highest eliminated extreme larger inverted_compiled
    rung_at inner_at inverse_at diagonal_at kron_at larger_at loops_at near_at power_at put_at
    radius_at scalar_at spectrum_rung_at spectrum_step_at spectrum_step_matrix_at types overload
    compiled compiled_for_python eliminate finite_all loops_of matmul minverse powi size_t isnan
    isfinite csqrt cexp clog csin ccos cpow NAN INFINITY COMPLEX ABS CONJ COS EXP LOG MAX POW SIN
    SQRT ABOVE ACCEPTED CHANGE CONVERGED CRITICAL EXACT FLOOR LAST_STEP MEETING ROOM SETTLING
    ROUNDED refuse_sizes refuse_asymmetric refuse_negative
    SETTLING_SWEEPS SLOWING STEPS STEPS_ABOVE STILL SWEEPS SWEEP_FLOOR TINY UNSURE
"""
RESERVED = frozenset(_WORDS.split())
"""What the modules use themselves, and the words of C."""
_MADE = (
    "{}_weights",
    "{}_diagonal",
    "{}_matrix",
    "d_{}",
    "block_{}",
    "change_of_{}",
    "derivative_in_{}",
    "{}_of_block",
)
"""Names that the modules make of others."""
_COUNTED = re.compile(r"(status|given|start|numbers|x)_\d+")
"""Names that the modules count."""

K = TypeVar("K", bound=Hashable)


def identifiers(names: Mapping[K, str]) -> dict[K, str]:
    """An identifier for every name, unique, ``lambda`` as ``lam``, primes as ``_p``.

    >>> identifiers({1: "lambda", 2: "kappa'", 3: "df2(kappa, kappa')", 4: "kappa_p", 5: "I"})
    {1: 'lam', 2: 'kappa_p', 3: 'df2_kappa_kappa_p', 4: 'kappa_p_', 5: 'I_'}
    """
    plain = {key: _plain(name) for key, name in names.items()}
    made = {pattern.format(text) for pattern, text in product(_MADE, plain.values())}
    chosen: dict[K, str] = {}
    used: set[str] = set()
    for key, text in plain.items():
        while _is_taken(text, (used, made, RESERVED)):
            text += "_"
        used.add(text)
        chosen[key] = text
    return chosen


def _is_taken(text: str, taken: Iterable[set[str] | frozenset[str]]) -> bool:
    own = keyword.iskeyword(text) or hasattr(builtins, text) or _COUNTED.fullmatch(text)
    return bool(own) or any(text in names for names in taken)


def _plain(name: str) -> str:
    text = re.sub(r"'+", lambda m: "_" + "p" * len(m[0]), name)
    text = re.sub(r"[^0-9A-Za-z_]+", "_", text).strip("_") or "x"
    text = "lam" if text == "lambda" else text
    return text if text[0].isalpha() else f"x_{text}"
