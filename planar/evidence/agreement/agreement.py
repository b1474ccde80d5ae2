"""Whether what is printed gives the number that the pencil gives, asked once of each equivalent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sympy import S

from planar.derivation.equivalent import Equivalent
from planar.evidence.agreement.dense_pencil import Point, planar_value
from planar.evidence.agreement.drawn import points
from planar.foundations.errors import BranchError, CertificateError, PlanarError
from planar.kernels.kernel import Kernel, compile_kernel

__all__ = ["Agreement", "agreement", "certified"]

Array = NDArray[Any]
_SAME = 1e-8
"""Largest difference of the two numbers beside their size that is rounding."""
_CONFIRMED = 2
"""Points that have to differ before a formula is called wrong: one may lie on another branch."""
_FAR, _FARTHER = 100.0, 8
"""The least number in place of a scalar at infinity, and how often it is doubled."""
_SIDES = 4
"""Points at which a user's own limit is compared: on both sides of a threshold, twice."""
_LEAST = 1e-6
"""Differences count relative to no less than this, beside letters of size one; of a limit to
infinity, which is compared at large numbers, to no less than one.
"""
_OF_LIMIT = "this is of the equivalent before the limit, which kernels follow down to it"


@dataclass(frozen=True)
class Agreement:
    """The printed definitions beside the plain iteration on the pencil, at small random matrices.

    The iteration knows nothing of elimination, names and printing. True where both agree.

    Attributes
    ----------
    status : {"agrees", "differs", "not compared"}
        What came out.
    error : float
        The largest difference of an entry beside the largest entry; infinite where the definitions
        have no solution, NaN where nothing was compared.
    values : Mapping
        The point: what each letter, size and scalar was.
    formula, iteration : numpy.ndarray or None
        The value of the printed definitions, and that of the plain iteration.
    reason : str
        Why nothing was compared, or what is true of it beyond that; empty by default.
    """

    status: Literal["agrees", "differs", "not compared"]
    error: float = np.nan
    values: Mapping[Any, Any] = field(default_factory=dict, repr=False)
    formula: Array | None = field(default=None, repr=False)
    iteration: Array | None = field(default=None, repr=False)
    reason: str = ""

    def __bool__(self) -> bool:
        return self.status == "agrees"

    @property
    def sentence(self) -> str:
        """What was found, as a sentence of a page."""
        text = str(self)
        return f"{text[0].upper()}{text[1:].removesuffix('.')}."

    def __str__(self) -> str:
        also = f"; {self.reason}" if self.reason else ""
        if self.status == "agrees":
            return (
                "the printed definitions agree with the plain iteration on the pencil to "
                f"{self.error:.0e} at random matrices{also}"
            )
        if self.status == "differs":
            if self.error == np.inf:
                return (
                    "the printed definitions have no solution at random matrices where the plain "
                    f"iteration on the pencil settles{also}"
                )
            return (
                "the printed definitions differ from the plain iteration on the pencil by "
                f"{self.error:.1e} of its value at random matrices{also}"
            )
        return f"not compared with the plain iteration on the pencil: {self.reason}"


def agreement(equivalent: Equivalent, kernel: Kernel) -> Agreement:
    """Compare the numbers of a kernel with those of the plain iteration, at one random point.

    A difference has to be confirmed at a second one. Of a limit to zero, the equivalent before the
    limit is compared.

    >>> from sympy import Symbol
    >>> from planar.derivation.derive import derive
    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.formulas.symbols import deterministic, dims, resolvent
    >>> N, P = dims("N P")
    >>> A = deterministic("A", N, positive=True)
    >>> eq = derive(resolvent(A * Wishart("W", N, P), Symbol("lambda", positive=True)))
    >>> agreement(eq, compile_kernel(eq)).status
    'agrees'
    """
    if equivalent.near is not None:
        return _before_limit(equivalent, equivalent.near, kernel)
    return _confirmed(equivalent, kernel, lambda _, point: _iterated(equivalent, point))


def certified(equivalent: Equivalent, certificate: Agreement) -> None:
    """Refuse a formula that is not the planar value of its expression.

    Raises ``CertificateError``.
    """
    if certificate.status != "differs" or equivalent.knowingly:
        return
    assert certificate.formula is not None
    assert certificate.iteration is not None
    gaps = np.abs(certificate.formula - certificate.iteration)
    place = np.unravel_index(gaps.argmax(), gaps.shape)
    one, other = (_shown(x[place]) for x in (certificate.formula, certificate.iteration))
    if equivalent.derived is None:
        way = "this is an error of planar: please report it with the expression"
    else:
        way = "correct the formula, or restate it with certified=False if it is meant to differ"
    gives = f"gives {one}" if certificate.error < np.inf else "has no solution"
    raise CertificateError(
        f"the formula for `{equivalent.lhs}` {gives} where its planar diagrams sum to {other}, "
        f"at small random matrices; {way}."
    )


def _shown(value: Any) -> str:
    return f"{value:.6g}" if value.imag else f"{value.real:.6g}"


Value = Callable[[Mapping[Any, Any], Point], Array]
"""A value at a point, given as a kernel takes it and as the pencil does."""


def _confirmed(
    equivalent: Equivalent, kernel: Kernel, reference: Value, wanted: int = 1
) -> Agreement:
    """The first points at which both have a value, the last of as many as ``wanted``.

    A difference has to be confirmed at another one; that the formula has no solution where the
    reference has a value, at every one.
    """
    agreeing: list[Agreement] = []
    differing: list[Agreement] = []
    unsolved: list[Agreement] = []
    reason = "neither settles where it was tried."
    least = 1.0 if any(end is S.Infinity for _, end in equivalent.limits) else _LEAST
    for values, point in points(equivalent):
        try:
            known = reference(values, point)
            one = _judged(values, _solved(kernel, values), known, least)
        except PlanarError as error:
            reason = str(error)
            continue
        (agreeing if one else unsolved if one.error == np.inf else differing).append(one)
        if len(agreeing) == wanted or len(differing) == _CONFIRMED:
            return one
    if differing or len(unsolved) >= _CONFIRMED:
        return (differing or unsolved)[0]
    if agreeing:
        return agreeing[-1]
    return Agreement("not compared", reason=reason)


def _iterated(equivalent: Equivalent, point: Point) -> Array:
    """The plain iteration; where a scalar goes to infinity, by a polynomial in one over it."""
    endless = [s for s, end in equivalent.limits if end is S.Infinity and not s.is_integer]
    if not endless:
        return planar_value(equivalent.target, point)
    places = _FAR * 2.0 ** np.arange(_FARTHER)
    at = (replace(point, symbols={**point.symbols, **dict.fromkeys(endless, x)}) for x in places)
    row = [planar_value(equivalent.target, one) for one in at]
    for degree in range(1, _FARTHER):
        row = [(2**degree * b - a) / (2**degree - 1) for a, b in pairwise(row)]
    return row[0]


def _solved(kernel: Kernel, values: Mapping[Any, Any]) -> Array:
    """The value of the formula, NaN where its definitions have no solution."""
    try:
        return np.asarray(kernel(values, on_failure="nan"))
    except BranchError:
        return np.asarray(np.nan)


def _before_limit(equivalent: Equivalent, near: Equivalent, kernel: Kernel) -> Agreement:
    """The equivalent before a limit to zero; then a user's own formula beside the derived limit.

    Kernels read the limit itself off small parameters, and compare it with the formula.
    """
    before = agreement(near, compile_kernel(near))
    if before and equivalent.derived is not None:
        limit = compile_kernel(equivalent.derived)
        own = _confirmed(equivalent, kernel, lambda values, _: np.asarray(limit(values)), _SIDES)
        return own if not own else replace(own, reason=_OF_LIMIT)
    return replace(before, reason=_OF_LIMIT) if before else before


def _judged(values: Mapping[Any, Any], formula: Array, reference: Array, least: float) -> Agreement:
    """The difference relative to the largest entry, infinite where the formula is NaN."""
    reference = np.broadcast_to(reference, formula.shape or reference.shape)
    formula = np.broadcast_to(formula, reference.shape)
    if np.isnan(formula).any():
        return Agreement("differs", np.inf, values, formula, reference)
    largest = max(np.abs(reference).max(), np.abs(formula).max(), least)
    error = float(np.abs(formula - reference).max() / largest)
    status: Literal["agrees", "differs"] = "agrees" if error <= _SAME else "differs"
    return Agreement(status, error, values, formula, reference)
