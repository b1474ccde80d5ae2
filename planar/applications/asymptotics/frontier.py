"""The compute-optimal frontier: how a budget n is best shared between the size of a model and the
time of its training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sympy import Expr, Rational, Symbol

from planar.applications.asymptotics.exponents import Exponents
from planar.applications.asymptotics.generalised_series import CancelledError
from planar.applications.asymptotics.scaling import scaling
from planar.applications.asymptotics.scaling_law import NoPowerError
from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import chalk
from planar.foundations.errors import PlanarError
from planar.foundations.printed import Printed

__all__ = ["Frontier", "compute_optimal"]

MARGINS = (Rational(1, 40), Rational(1, 16), Rational(1, 8))
"""How near to a place where two powers meet each of them is looked at: nearer, their corrections
are as large.
"""

Loss = tuple[Equivalent, Mapping[Any, Any], Mapping[Symbol, Any]]


@dataclass(frozen=True)
class Frontier(Printed):
    """The ``share`` x at which the loss falls fastest along the frontier, model size n^x, and the
    loss there, n^exponent.

    ``pieces`` are the exponents of the loss from small models to large ones; those beside the
    optimum balance there.
    """

    share: Expr
    exponent: Expr
    pieces: tuple[Expr, ...]
    balance: tuple[Expr, Expr]

    def __str__(self) -> str:
        left, right = map(chalk, self.balance)
        return f"size n^({chalk(self.share)}), loss n^({chalk(self.exponent)}): n^({left}) meets n^({right})"


def compute_optimal(losses: Sequence[Loss], share: Symbol, *, at: Mapping[Symbol, Any]) -> Frontier:
    """Where the sum of some losses is least, each an equivalent with ``values`` and ``times`` as
    ``scaling`` takes them.

    Sizes and times are powers of the budget n whose exponents hold the ``share`` x, between 0 and
    1: ``{N: n**x}`` with times ``n**(1 - x)`` for a budget of steps times size. The exponent of the
    loss is piecewise linear in x; its pieces are derived where they hold, and meet in the symbols.
    The forcing of one-pass SGD on N random features, at a budget n of features times steps:

    >>> import planar
    >>> from sympy import symbols
    >>> D, N = planar.dims("D N")
    >>> lam, mu, k, n, x, alpha, beta = symbols("lambda mu k n x alpha beta", positive=True)
    >>> A, w = planar.deterministic("A", D, positive=True), planar.deterministic("w", D, 1)
    >>> F = planar.Ginibre("F", D, N, variance=1 / N)
    >>> H = F * F.T * A
    >>> forcing = planar.derive(D * planar.tr(A * planar.resolvent(H, lam) * w * w.T * planar.resolvent(H.T, mu)))
    >>> values, time = {A: k ** (-2 * alpha), w: k**-beta, N: n**x}, n ** (1 - x)
    >>> found = compute_optimal([(forcing, values, {lam: time, mu: time})], x, at={alpha: 0.9, beta: 0.3})
    >>> print(found.share, found.exponent)
    1/(2*alpha + 1) -(2*alpha + 2*beta - 1)/(2*alpha + 1)

    Raises ``PlanarError`` where the loss falls all the way to one end.
    """
    if not losses:
        raise PlanarError(
            "there is no loss to be shared; give at least one (equivalent, values, times)."
        )
    search = _Search(tuple(losses), share, dict(at))
    pieces = search.between(MARGINS[0], 1 - MARGINS[0])
    forms = [f for i, f in enumerate(pieces) if i == 0 or f != pieces[i - 1]]
    meets = [(search.meeting(a, b), a, b) for a, b in pairwise(forms)]
    if not meets:
        raise PlanarError(
            f"the loss is n^({forms[0]}) for every share {share}; no interior share is best."
        )
    best = min(meets, key=lambda m: search.number(m[1].xreplace({share: m[0]})))
    if not search.slope(best[1]) < 0 <= search.slope(best[2]):
        raise PlanarError(
            f"the loss, n^({forms[0]}) to n^({forms[-1]}), falls to an end of the range of {share}."
        )
    return Frontier(
        best[0], best[1].xreplace({share: best[0]}).factor(), tuple(forms), (best[1], best[2])
    )


class _Search:
    def __init__(self, losses: tuple[Loss, ...], share: Symbol, at: dict[Symbol, Any]) -> None:
        self.losses, self.share, self.at = losses, share, Exponents(at).at
        self.known: dict[Rational, Expr] = {}

    def number(self, form: Expr) -> Rational:
        return form.xreplace(self.at)

    def slope(self, form: Expr) -> Rational:
        return self.number(form.diff(self.share))

    def form(self, x: Rational) -> Expr:
        """The exponent of the largest loss at a share, as a form that is linear in it."""
        if x not in self.known:
            found = []
            for equivalent, values, times in self.losses:
                try:
                    found.append(
                        scaling(
                            equivalent, values, at={**self.at, self.share: x}, times=times
                        ).exponent.expand()
                    )
                except NoPowerError:
                    continue
            if not found:
                raise PlanarError(f"no loss is a power at the share {x}; all fall faster.")
            self.known[x] = max(found, key=lambda f: self.number(f.xreplace({self.share: x})))
        return self.known[x]

    def meeting(self, a: Expr, b: Expr) -> Expr:
        """The share at which two linear forms are equal."""
        gap = (a - b).expand()
        return (-gap.subs(self.share, 0) / gap.diff(self.share)).factor()

    def between(self, low: Rational, high: Rational) -> list[Expr]:
        """The pieces from one share to another."""
        a, b = self.form(low), self.form(high)
        if a == b:
            return [a]
        gap = self.slope(a) - self.slope(b)
        meets = self.number(self.meeting(a, b)) if gap != 0 else (low + high) / 2
        if not low < meets < high:
            meets = (low + high) / 2
        for margin in MARGINS:
            below, above = max(low, meets - margin), min(high, meets + margin)
            try:
                beside = self.form(below), self.form(above)
            except CancelledError:
                continue
            if beside == (a, b):
                return [a, b]
            return [*self.between(low, below), *self.between(above, high)]
        raise PlanarError(
            f"the loss is not resolved near the share {float(meets):.3g}, where its powers meet."
        )
