"""The one namer: every quantity of a formula gets a name, no two alike and none of the user's.

Names are text for readers. They say which resolvent (primes, or an index where there are many),
which letter and which places; where a name is taken already, the letter is added, then primes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from string import ascii_lowercase

from sympy import Symbol

from planar.formulas import quantities as kinds
from planar.formulas.quantities import Quantity

__all__ = ["named", "named_resolvents", "reading_rank", "unused"]

_PRIMES = 3
"""Resolvents that are told apart by primes; more of them are numbered."""


def named(quantities: Iterable[Quantity], taken: Iterable[str]) -> dict[Quantity, Symbol]:
    """A symbol for every quantity, in their order; none is named as ``taken``, and no two alike.

    >>> from planar.formulas.quantities import Ratio, Ridge, SelfEnergy
    >>> ridge, other = Ridge(0), Ridge(1)
    >>> list(named([Ratio("q", "W"), ridge, other], []).values())
    [q, kappa, kappa']
    >>> list(named([Ratio("q", "W"), ridge, other], ["q", "kappa"]).values())
    [q_W, kappa', kappa'']
    >>> list(named([SelfEnergy(0, "W", 1, 11), SelfEnergy(0, "W", 11, 1)], []).values())
    [s_1,11, s_11,1]
    """
    distinct = list(dict.fromkeys(quantities))
    rules = _Rules(distinct)
    used, symbols = set(taken), dict[Quantity, Symbol]()
    for quantity in sorted(distinct, key=lambda q: isinstance(q, kinds.DegreesOfFreedom)):
        name = next(name for name in rules.candidates(quantity, symbols) if name not in used)
        used.add(name)
        positive = isinstance(quantity, kinds.Ratio) and quantity.positive
        symbols[quantity] = Symbol(name, positive=True) if positive else Symbol(name)
    return {quantity: symbols[quantity] for quantity in distinct}


def named_resolvents(
    ridges: Sequence[kinds.Ridge], quantities: Iterable[Quantity], taken: Iterable[str]
) -> list[str]:
    """Names g, g', ... of resolvents after their ridges, or g, g_a, g_b where several share one.

    ``quantities`` are all those of the formula.

    >>> named_resolvents([kinds.Ridge(1), kinds.Ridge(1)], [kinds.Ridge(0), kinds.Ridge(1)], [])
    ["g'", "g_a'"]
    """
    rules, used, names = _Rules(list(quantities)), set(taken), list[str]()
    for ridge in ridges:
        first = rules.resolvent(ridge)
        stem = first.rstrip("'")
        lettered = (f"{stem}_{letter}{first[len(stem) :]}" for letter in ascii_lowercase)
        name = next(name for name in _primed((first, *lettered)) if name not in used)
        used.add(name)
        names.append(name)
    return names


def unused(candidates: Sequence[str], taken: Iterable[str]) -> str:
    """The first name that is not taken, with primes where all are.

    >>> unused(("z", "x"), ["z"]), unused(("z",), ["z", "z'"])
    ('x', "z''")
    """
    used = set(taken)
    return next(name for name in _primed(candidates) if name not in used)


def _primed(names: Iterable[str]) -> Iterator[str]:
    plain = list(dict.fromkeys(names))
    yield from plain
    for k in count(1):
        yield from (name + "'" * k for name in plain)


class _Rules:
    """How each kind is called beside all others of one formula."""

    def __init__(self, quantities: Sequence[Quantity]) -> None:
        self.every = quantities
        resolved = kinds.Ridge | kinds.SelfEnergy | kinds.Overlap | kinds.Part
        resolvents = {q.resolvent for q in quantities if isinstance(q, resolved)}
        numbered = sorted(resolvent for resolvent in resolvents if resolvent >= 0)
        self.place = {resolvent: k for k, resolvent in enumerate(numbered)}
        pairs = dict.fromkeys(
            (q.resolvent, q.letter) for q in quantities if isinstance(q, kinds.SelfEnergy)
        )
        self.letters = Counter(resolvent for resolvent, _ in pairs)
        letters = {letter for _, letter in pairs}
        self.apart = {letter for letter in letters if _runs_into_digits(letter, letters)}
        self.words = {q.word for q in quantities if isinstance(q, kinds.DegreesOfFreedom)}
        self.weights = sum(isinstance(q, kinds.RungWeight) for q in quantities)
        self.pivots = [q for q in quantities if isinstance(q, kinds.Pivot)]

    def candidates(self, quantity: Quantity, known: dict[Quantity, Symbol]) -> Iterator[str]:
        """Names in order of preference, without end."""
        letter = getattr(quantity, "letter", "")
        first = self._name(quantity, known)
        stem = first.rstrip("'")
        with_letter = (
            f"{stem}_{letter}{first[len(stem) :]}"
            if letter and not stem.endswith(f"_{letter}")
            else first
        )
        return _primed((first, with_letter))

    def _name(self, quantity: Quantity, known: dict[Quantity, Symbol]) -> str:
        match quantity:
            case kinds.Ratio(symbol, letter, told):
                return _indexed(symbol, letter if told else "")
            case kinds.Ridge(resolvent, place, hidden):
                return self._suffixed(
                    resolvent, _indexed("kappatilde" if hidden else "kappa", _number(place))
                )
            case kinds.SelfEnergy(resolvent, letter, row, col, hidden, inverted):
                label = self._label(resolvent, letter, row, col, hidden)
                return self._suffixed(resolvent, ("S" if inverted else "s") + label)
            case kinds.Overlap(resolvent, letter, row, col, hidden):
                return self._suffixed(
                    resolvent, "h" + self._label(resolvent, letter, row, col, hidden)
                )
            case kinds.Part(resolvent, place):
                return self._suffixed(resolvent, f"g_{place}") if resolvent >= 0 else f"g_{place}*"
            case kinds.DegreesOfFreedom(word, ridges):
                index = f"[{word}]" if len(self.words) > 1 else ""
                return f"df{len(ridges)}{index}({', '.join(known[r].name for r in ridges)})"
            case kinds.Average(place):
                return f"m_{place}"
            case kinds.RungWeight(place):
                return _indexed("rho", _number(place if self.weights > 1 else 0))
            case kinds.Amplitude(place) | kinds.RungEnergy(place):
                return _indexed("sigma", _number(place))
            case kinds.RungOverlap(place):
                return _indexed("eta", _number(place))
            case kinds.Pivot():
                return _indexed("gamma", self._pair(quantity))
            case _:
                raise AssertionError(f"planar names nothing of this kind: {quantity}")

    def resolvent(self, ridge: kinds.Ridge) -> str:
        """g with the index, the tilde and the primes of a ridge."""
        return self._suffixed(
            ridge.resolvent, _indexed("gtilde" if ridge.hidden else "g", _number(ridge.place))
        )

    def _suffixed(self, resolvent: int, name: str) -> str:
        place = self.place[resolvent]
        return name + "'" * place if len(self.place) <= _PRIMES else f"{name}_{place + 1}"

    def _label(self, resolvent: int, letter: str, row: int, col: int, hidden: bool) -> str:
        """A tilde, the letter where there are several, and the places, with a comma between places
        of two digits.
        """
        shown = letter if self.letters[resolvent] > 1 else ""
        places = "" if not row else f"{row}{col}" if max(row, col) < 10 else f"{row},{col}"
        index = (
            f"{shown},{places}" if shown and places and shown in self.apart else f"{shown}{places}"
        )
        return ("tilde" if hidden else "") + (f"_{index}" if index else "")

    def _pair(self, pivot: kinds.Pivot) -> str:
        """The two resolvents where each pair has one ladder, the place in a chain of ridges, else a
        number.
        """
        if len(self.pivots) == 1:
            return ""
        if len({p.resolvents for p in self.pivots}) == len(self.pivots) < 10:
            return "".join(str(self.place.get(r, r) + 1) for r in pivot.resolvents)
        links = {p.link for p in self.pivots}
        chained = (
            len({p.resolvents for p in self.pivots}) == 1
            and 0 not in links
            and len(links) == len(self.pivots)
        )
        return str(pivot.link if chained else pivot.place)


def _runs_into_digits(letter: str, letters: Iterable[str]) -> bool:
    """Whether digits behind a letter could be read as part of its name or of another one's."""
    continued = (other[len(letter) :] for other in letters if other.startswith(letter))
    return letter[-1:].isdigit() or any(tail.isdigit() for tail in continued)


def _indexed(base: str, index: str) -> str:
    return f"{base}_{index}" if index else base


def _number(place: int) -> str:
    return str(place) if place else ""


_GROUPS: tuple[Callable[[str], bool], ...] = (
    lambda name: name.startswith(("q", "p")),
    lambda name: not name.startswith(("S", "rho", "df")),
    lambda name: name.startswith(("S", "rho")),
)


def reading_rank(name: str) -> int:
    """Where a paper puts a symbol in a product: ratios, parameters, S and rho, degrees of freedom.

    >>> [reading_rank(name) for name in ("q", "kappa", "S", "df1(kappa)")]
    [1, 2, 3, 4]
    """
    return next((k for k, group in enumerate(_GROUPS, 1) if group(name)), len(_GROUPS) + 1)
