"""The compute-optimal frontier: a budget n shared between model size and training time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sympy import Expr, Rational, Symbol

from planar.applications.asymptotics.exponents import Exponents
from planar.applications.asymptotics.generalised_series import CancelledError
from planar.applications.asymptotics.scaling import scaling
from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import chalk
from planar.foundations.errors import NoPowerError, PlanarError
from planar.foundations.notebook_display import Printed

__all__ = ["Frontier", "compute_optimal"]

MARGINS = (Rational(1, 40), Rational(1, 16), Rational(1, 8))
"""How near to the share where two powers meet each of them is taken.

Nearer to it their corrections are as large.
"""

Loss = tuple[Equivalent, Mapping[Any, Any], Mapping[Symbol, Any]]


@dataclass(frozen=True)
class Frontier(Printed):
    """The share of a budget n at which the loss falls fastest.

    Attributes
    ----------
    share : sympy.Expr
        The best share x: the model has size n^x.
    exponent : sympy.Expr
        The loss there falls as n^exponent.
    pieces : tuple of sympy.Expr
        The exponents of the loss from small models to large ones, each linear in x.
    balance : tuple of sympy.Expr
        The two pieces that meet at the optimum.
    """

    share: Expr
    exponent: Expr
    pieces: tuple[Expr, ...]
    balance: tuple[Expr, Expr]

    def __str__(self) -> str:
        left, right = map(chalk, self.balance)
        size, loss = chalk(self.share), chalk(self.exponent)
        return f"size n^({size}), loss n^({loss}): n^({left}) meets n^({right})"


def compute_optimal(losses: Sequence[Loss], share: Symbol, *, at: Mapping[Symbol, Any]) -> Frontier:
    """The share of a budget n at which the sum of losses is least.

    Sizes and times are powers of the budget n whose exponents hold the ``share`` x, between 0 and
    1: ``{N: n**x}`` with times ``n**(1 - x)`` for a budget of steps times size. The exponent of the
    loss is piecewise linear in x; its pieces are derived where they hold, and meet in the symbols.

    Parameters
    ----------
    losses : sequence of (DeterministicEquivalent, Mapping, Mapping)
        The parts of the loss: an equivalent with ``values`` and ``times`` as its ``scaling`` takes
        them.
    share : sympy.Symbol
        The symbol x.
    at : Mapping of sympy.Symbol to number
        Values of the other symbols in exponents, at one point of the regime.

    Returns
    -------
    Frontier
        The best share and the exponent of the loss there.

    Raises
    ------
    PlanarError
        There is no loss, the loss falls all the way to one end, or its powers are not resolved.

    Examples
    --------
    The forcing of one-pass SGD on N random features, at a budget n of features times steps:

    >>> import planar
    >>> from sympy import symbols
    >>> D, N = planar.dims("D N")
    >>> lam, mu, k, n, x, alpha, beta = symbols("lambda mu k n x alpha beta", positive=True)
    >>> A, w = planar.deterministic("A", D, positive=True), planar.deterministic("w", D, 1)
    >>> F = planar.Ginibre("F", D, N, variance=1 / N)
    >>> H = F * F.T * A
    >>> left, right = planar.resolvent(H, lam), planar.resolvent(H.T, mu)
    >>> forcing = planar.derive(D * planar.tr(A * left * w * w.T * right))
    >>> values, time = {A: k ** (-2 * alpha), w: k**-beta, N: n**x}, n ** (1 - x)
    >>> loss = (forcing, values, {lam: time, mu: time})
    >>> frontier = compute_optimal([loss], x, at={alpha: 0.9, beta: 0.3})
    >>> print(frontier.share, frontier.exponent)
    1/(2*alpha + 1) -(2*alpha + 2*beta - 1)/(2*alpha + 1)
    """
    if not losses:
        raise PlanarError("there is no loss; give at least one (equivalent, values, times).")
    search = _Search(tuple(losses), share, dict(at))
    pieces = search.between(MARGINS[0], 1 - MARGINS[0])
    forms = [f for i, f in enumerate(pieces) if i == 0 or f != pieces[i - 1]]
    meetings = [(search.meeting(a, b), a, b) for a, b in pairwise(forms)]
    if not meetings:
        raise PlanarError(
            f"the loss is n^({forms[0]}) for every share {share}, so that no interior share is "
            "best; let sizes or times depend on it differently."
        )
    best, left, right = min(meetings, key=lambda m: search.number(m[1].xreplace({share: m[0]})))
    if not search.slope(left) < 0 <= search.slope(right):
        raise PlanarError(
            f"the loss, n^({forms[0]}) to n^({forms[-1]}), falls to an end of the range of "
            f"{share}; take the loss whose parts meet inside of it."
        )
    return Frontier(best, left.xreplace({share: best}).factor(), tuple(forms), (left, right))


class _Search:
    """The exponent of the loss as a function of the share, each value derived once."""

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
            point, forms = {**self.at, self.share: x}, list[Expr]()
            for equivalent, values, times in self.losses:
                try:
                    law = scaling(equivalent, values, at=point, times=times)
                except NoPowerError:
                    continue
                forms.append(law.exponent.expand())
            if not forms:
                raise NoPowerError(f"no loss is a power at the share {x}; all fall faster.")
            self.known[x] = max(forms, key=lambda f: self.number(f.xreplace({self.share: x})))
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
        middle = (low + high) / 2
        meeting = self.number(self.meeting(a, b)) if gap != 0 else middle
        if not low < meeting < high:
            meeting = middle
        for margin in MARGINS:
            below, above = max(low, meeting - margin), min(high, meeting + margin)
            try:
                neighbours = self.form(below), self.form(above)
            except CancelledError:
                continue
            if neighbours == (a, b):
                return [a, b]
            return [*self.between(low, below), *self.between(above, high)]
        raise PlanarError(
            f"the loss is not resolved near the share {float(meeting):.3g}, where its powers meet; "
            "move the point that `at` gives."
        )
