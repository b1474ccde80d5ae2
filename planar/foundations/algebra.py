"""Sums of words of non-commuting letters, in normal form, and their cyclic traces.

Letters do not commute. Two atoms may be exchanged only where every letter of the one commutes with
every letter of the other: a letter with itself, and pairs that the user declared. Words are kept in
the lexicographic normal form of that partially commutative monoid; traces are equal up to rotation,
and up to reversal with transposes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product

from sympy import Expr

from planar.foundations.rational import Field, Rational
from planar.foundations.words import Atom, Core, Letter, Trace, Word

__all__ = ["Algebra", "WordSum"]


class Algebra:
    """Words over one field of coefficients, with a declared commutation and a register of cores."""

    def __init__(self, scalars: Field, commuting: Iterable[tuple[str, str]] = ()) -> None:
        self.field = scalars
        self._commuting = {frozenset(pair) for pair in commuting}
        self._cores: dict[frozenset[tuple[Word, Rational]], Core] = {}
        self._commute: dict[tuple[Atom, Atom], bool] = {}
        self._normal: dict[Word, Word] = {}
        self._cyclic: dict[Word, Word] = {}

    def commute(self, a: Atom, b: Atom) -> bool:
        """Whether two atoms may be exchanged."""
        if (a, b) not in self._commute:
            left = a.letters if isinstance(a, Core) else (a,)
            right = b.letters if isinstance(b, Core) else (b,)
            pairs = product(left, right)
            self._commute[a, b] = all(x == y or self._declared(x, y) for x, y in pairs)
        return self._commute[a, b]

    def _declared(self, x: Letter, y: Letter) -> bool:
        same_flags = (x.transposed, x.conjugated) == (y.transposed, y.conjugated)
        plain = x.symmetric or y.symmetric or same_flags
        return plain and frozenset((x.name, y.name)) in self._commuting and x.name != y.name

    def core(self, terms: Mapping[Word, Rational], dimension: Expr) -> Core:
        """The inverse of this polynomial; equal polynomials give the same core."""
        key = frozenset(terms.items())
        if key not in self._cores:
            ordered = sorted(terms.items(), key=lambda term: (len(term[0]), _sort_key(term[0])))
            self._cores[key] = Core(len(self._cores), tuple(ordered), dimension)
        return self._cores[key]

    def transpose(self, atom: Atom) -> Atom:
        """The transposed atom; of a core, the core of the transposed polynomial."""
        if isinstance(atom, Letter):
            return atom.T
        return self.core({self.transpose_word(w): c for w, c in atom.terms}, atom.dimension)

    def transpose_word(self, word: Word) -> Word:
        """Reversed, each atom transposed."""
        return self.normal(tuple(self.transpose(atom) for atom in reversed(word)))

    def normal(self, word: Word) -> Word:
        """Lexicographic normal form: repeatedly the least atom that can be brought to the front.

        A core counts as a function of all of its letters, so ``A g A`` becomes ``A A g`` for g =
        (kappa + A)^-1.
        """
        if word not in self._normal:
            remaining, ordered = list(word), list[Atom]()
            while remaining:
                movable = [i for i in range(len(remaining)) if self._can_lead(remaining, i)]
                least = min(movable, key=lambda i: remaining[i].sort_key)
                ordered.append(remaining.pop(least))
            self._normal[word] = tuple(ordered)
        return self._normal[word]

    def _can_lead(self, atoms: Sequence[Atom], i: int) -> bool:
        return all(self.commute(atoms[i], before) for before in atoms[:i])

    def cyclic(self, word: Word) -> Word:
        """The representative of all words with the same trace.

        They arise by rotations, by exchanges, and by reversal with transposes.
        """
        if word not in self._cyclic:
            seen: dict[Word, None] = {}
            todo = [self.normal(word), self.transpose_word(word)]
            while todo:
                current = todo.pop()
                if current not in seen:
                    seen[current] = None
                    todo += self._turned(current)
            least = min(seen, key=_sort_key)
            self._cyclic.update(dict.fromkeys(seen, least))
        return self._cyclic[word] if word in self._cyclic else self._cyclic.setdefault(word, least)

    def _turned(self, word: Word) -> Iterator[Word]:
        """Every word with one atom brought to the front by exchanges, and from there to the end."""
        for i in range(len(word)):
            if self._can_lead(word, i):
                yield self.normal(word[:i] + word[i + 1 :] + (word[i],))

    def trace(
        self, total: WordSum, dimension: Expr, ratio: Callable[[Expr, Expr], Rational]
    ) -> Rational:
        """Normalised trace over ``dimension``; a word becomes ``Trace`` of its representative."""
        result = self.field.zero
        for word, coefficient in total.terms.items():
            if not word:
                result += coefficient
                continue
            least = self.cyclic(word)
            value = coefficient * self.field.gen(Trace(least))
            rows = least[0].rows
            result += value if rows == dimension else value * ratio(rows, dimension)
        return result

    def sum(self, terms: Mapping[Word, Rational] | None = None) -> WordSum:
        """A sum of words, each brought to normal form."""
        total: dict[Word, Rational] = {}
        for word, coefficient in (terms or {}).items():
            word = self.normal(word)
            total[word] = total[word] + coefficient if word in total else coefficient
        return WordSum(self, {w: c for w, c in total.items() if c})

    def scalar(self, value: Rational) -> WordSum:
        """A multiple of the identity."""
        return WordSum(self, {(): value} if value else {})

    def homogenise(self, total: WordSum) -> WordSum:
        """Write ``u v - u L g v`` as ``kappa u g v`` for each core g = (kappa + L)^-1.

        So results keep one shape.
        """
        changed = True
        while changed:
            changed = False
            for word, coefficient in total.terms.items():
                step = self._resolved(word, coefficient, total)
                if step is not None:
                    total, changed = total + step, True
                    break
        return total

    def _resolved(self, word: Word, coefficient: Rational, total: WordSum) -> WordSum | None:
        for i, core in enumerate(word):
            if not isinstance(core, Core) or core.leading is None:
                continue
            leading, unit = core.leading, dict(core.terms)[core.leading]
            kappa = dict(core.terms).get((), self.field.zero)
            for shorter, without in self._removals(word, i, leading):
                if total.terms.get(shorter) == -coefficient / unit:
                    cancelled = {word: -coefficient, shorter: coefficient / unit}
                    return self.sum(cancelled) + self.sum({without: -coefficient / unit * kappa})
        return None

    def _removals(self, word: Word, i: int, leading: Word) -> Iterator[tuple[Word, Word]]:
        """Pairs (word without L g, word without L), one for each L next to the core at ``i``."""
        if len(leading) == 1:
            yield from self._letter_removals(word, i, leading[0])
            return
        n = len(leading)
        if word[i - n : i] == leading and i >= n:
            yield (
                self.normal(word[: i - n] + word[i + 1 :]),
                self.normal(word[: i - n] + word[i:]),
            )
        if word[i + 1 : i + 1 + n] == leading:
            yield (
                self.normal(word[:i] + word[i + 1 + n :]),
                self.normal(word[: i + 1] + word[i + 1 + n :]),
            )

    def resolvent_identities(self, word: Word) -> Iterator[dict[Word, Rational]]:
        """Sums of words whose traces add up to zero: L g w - w + kappa g w, L g beside each other.

        One for each place of the cyclic word at which ``L`` can be brought to a core g =
        (kappa + L)^-1.
        """
        for turn in range(len(word)):
            turned = word[turn:] + word[:turn]
            for i, core in enumerate(turned):
                if not isinstance(core, Core) or core.leading is None:
                    continue
                constants = dict(core.terms)
                unit, kappa = constants[core.leading], constants.get((), self.field.zero)
                for shorter, without in chain(
                    self._removals(turned, i, core.leading),
                    self._power_removals(turned, i, core.leading),
                ):
                    yield {turned: unit, shorter: -self.field.one, without: kappa}

    def _power_removals(self, word: Word, i: int, leading: Word) -> Iterator[tuple[Word, Word]]:
        """``_removals`` of a power of one letter whose factors stand apart, and commute."""
        letter, n = leading[0], len(leading)
        if n < 2 or set(leading) != {letter}:
            return
        places = [
            j
            for j, atom in enumerate(word)
            if atom == letter and self._passes(word[min(i, j) + 1 : max(i, j)], letter)
        ]
        if len(places) >= n:
            dropped = set(places[:n])
            without = tuple(a for j, a in enumerate(word) if j not in dropped)
            shorter = tuple(a for j, a in enumerate(word) if j not in dropped and j != i)
            yield self.normal(shorter), self.normal(without)

    def _passes(self, atoms: Sequence[Atom], letter: Atom) -> bool:
        return all(self.commute(letter, atom) for atom in atoms)

    def _letter_removals(self, word: Word, i: int, letter: Atom) -> Iterator[tuple[Word, Word]]:
        """``_removals`` of one letter, which may stand apart from g where it commutes."""
        for j, atom in enumerate(word):
            if atom == letter and self._passes(word[min(i, j) + 1 : max(i, j)], letter):
                without = word[:j] + word[j + 1 :]
                place = i - (j < i)
                shorter = without[:place] + without[place + 1 :]
                yield self.normal(shorter), self.normal(without)


class WordSum:
    """A finite sum of coefficient times word; values, never changed in place."""

    __slots__ = ("algebra", "terms")

    def __init__(self, algebra: Algebra, terms: dict[Word, Rational]) -> None:
        self.algebra, self.terms = algebra, terms

    def __add__(self, other: WordSum) -> WordSum:
        total = dict(self.terms)
        for word, coefficient in other.terms.items():
            total[word] = total[word] + coefficient if word in total else coefficient
        return WordSum(self.algebra, {w: c for w, c in total.items() if c})

    def __neg__(self) -> WordSum:
        return WordSum(self.algebra, {w: -c for w, c in self.terms.items()})

    def __sub__(self, other: WordSum) -> WordSum:
        return self + (-other)

    def __mul__(self, other: WordSum) -> WordSum:
        total: dict[Word, Rational] = {}
        for left, a in self.terms.items():
            for right, b in other.terms.items():
                word = self.algebra.normal(left + right)
                total[word] = total[word] + a * b if word in total else a * b
        return WordSum(self.algebra, {w: c for w, c in total.items() if c})

    def scale(self, factor: Rational) -> WordSum:
        """Every coefficient times ``factor``."""
        scaled = {w: c * factor for w, c in self.terms.items()} if factor else {}
        return WordSum(self.algebra, scaled)

    def map(self, function: Callable[[Rational], Rational]) -> WordSum:
        """Every coefficient through ``function``; what vanishes is dropped."""
        image = {w: function(c) for w, c in self.terms.items()}
        return WordSum(self.algebra, {w: c for w, c in image.items() if c})

    def __bool__(self) -> bool:
        return bool(self.terms)

    @property
    def scalar_value(self) -> Rational | None:
        """The coefficient where this is a multiple of the identity, else None."""
        if not self.terms:
            return self.algebra.field.zero
        return self.terms[()] if len(self.terms) == 1 and () in self.terms else None

    def __repr__(self) -> str:
        written = (f"({c}) {' '.join(map(str, w)) or '1'}" for w, c in self.terms.items())
        return " + ".join(written) or "0"


def _sort_key(word: Word) -> list[tuple[object, ...]]:
    return [atom.sort_key for atom in word]
