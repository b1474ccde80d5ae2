"""Ordered words in deterministic letters and resolvent cores, their sums, and their cyclic traces.

Letters do not commute. Two atoms may be exchanged only where every letter of the one commutes with
every letter of the other: a letter with itself, and pairs that the user declared. Words are kept in
the lexicographic normal form of that partially commutative monoid; traces are equal up to rotation,
and up to reversal with transposes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sympy import Expr, MatrixSymbol

from planar.foundations.rational import Field, Rational

__all__ = ["Algebra", "Atom", "Core", "Letter", "Trace", "Word", "WordSum"]


@dataclass(frozen=True)
class Letter:
    """One matrix of an expression, possibly transposed or conjugated; equal by name and flags."""

    name: str
    transposed: bool = False
    conjugated: bool = False
    symbol: MatrixSymbol = field(default=None, compare=False, repr=False)
    symmetric: bool = field(default=False, compare=False, repr=False)
    random: bool = field(default=False, compare=False, repr=False)
    sort_key: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (0, self.name, self.transposed, self.conjugated))

    @property
    def rows(self) -> Expr:
        return self.symbol.shape[1 if self.transposed else 0]

    @property
    def cols(self) -> Expr:
        return self.symbol.shape[0 if self.transposed else 1]

    @property
    def T(self) -> Letter:
        """The transpose; a symmetric letter is its own."""
        return self if self.symmetric else self._with(transposed=not self.transposed)

    @property
    def conjugate(self) -> Letter:
        """The entrywise complex conjugate. A random letter's conjugate transpose is written ``.T``
        already.
        """
        return self._with(conjugated=not self.conjugated)

    def _with(self, *, transposed: bool | None = None, conjugated: bool | None = None) -> Letter:
        return Letter(
            self.name,
            self.transposed if transposed is None else transposed,
            self.conjugated if conjugated is None else conjugated,
            self.symbol,
            self.symmetric,
            self.random,
        )

    def __str__(self) -> str:
        return self.name + (".T" if self.transposed else "") + (".conj" if self.conjugated else "")


@dataclass(frozen=True)
class Core:
    """The inverse of a polynomial in words, ``(sum of coefficient * word)^-1``: what is left of a
    resolvent.
    """

    index: int
    terms: tuple[tuple[Word, Rational], ...] = field(compare=False, repr=False)
    dimension: Expr = field(compare=False, repr=False)
    sort_key: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (1, self.index))

    @property
    def rows(self) -> Expr:
        return self.dimension

    cols = rows

    @property
    def letters(self) -> tuple[Letter, ...]:
        """The letters of which it is a function, each once."""
        found: dict[Letter, None] = {}
        for word, _ in self.terms:
            for atom in word:
                found.update(dict.fromkeys(atom.letters if isinstance(atom, Core) else (atom,)))
        return tuple(found)

    @property
    def leading(self) -> Word | None:
        """The word L where the core is ``(kappa + L)^-1`` or ``(kappa - L)^-1``, None where it has
        several words.
        """
        words = [word for word, _ in self.terms if word]
        return words[0] if len(words) == 1 else None

    def __str__(self) -> str:
        return f"g{self.index}"


Atom = Letter | Core
Word = tuple[Atom, ...]


@dataclass(frozen=True)
class Trace:
    """The generator that stands for the normalised trace of a word, the least of all that have the
    same one.
    """

    word: Word


class Algebra:
    """Words over one field of coefficients, with a declared commutation and a register of cores."""

    def __init__(self, scalars: Field, commuting: Iterable[tuple[str, str]] = ()) -> None:
        self.field = scalars
        self._commuting = {frozenset(pair) for pair in commuting}
        self._cores: dict[frozenset[tuple[Word, Rational]], Core] = {}
        self._commute: dict[tuple[Atom, Atom], bool] = {}
        self._normal: dict[Word, Word] = {}
        self._cyclic: dict[Word, Word] = {}

    # -- letters and cores
    # ---------------------------------------------------------------------------------------

    def commute(self, a: Atom, b: Atom) -> bool:
        """Whether two atoms may be exchanged."""
        if (a, b) not in self._commute:
            left = a.letters if isinstance(a, Core) else (a,)
            right = b.letters if isinstance(b, Core) else (b,)
            self._commute[a, b] = all(x == y or self._declared(x, y) for x in left for y in right)
        return self._commute[a, b]

    def _declared(self, x: Letter, y: Letter) -> bool:
        same_flags = (x.transposed, x.conjugated) == (y.transposed, y.conjugated)
        plain = x.symmetric or y.symmetric or same_flags
        return plain and frozenset((x.name, y.name)) in self._commuting and x.name != y.name

    def core(self, terms: Mapping[Word, Rational], dimension: Expr) -> Core:
        """The inverse of this polynomial; equal polynomials give the same core."""
        key = frozenset(terms.items())
        if key not in self._cores:
            order = sorted(
                terms.items(), key=lambda term: (len(term[0]), [a.sort_key for a in term[0]])
            )
            self._cores[key] = Core(len(self._cores), tuple(order), dimension)
        return self._cores[key]

    def transpose(self, atom: Atom) -> Atom:
        """The transposed atom; of a core, the core of the transposed polynomial."""
        if isinstance(atom, Letter):
            return atom.T
        return self.core({self.transpose_word(w): c for w, c in atom.terms}, atom.dimension)

    def transpose_word(self, word: Word) -> Word:
        """Reversed, each atom transposed."""
        return self.normal(tuple(self.transpose(atom) for atom in reversed(word)))

    # -- normal forms
    # --------------------------------------------------------------------------------------------

    def normal(self, word: Word) -> Word:
        """Lexicographic normal form: again and again the least atom that can be brought to the
        front.

        A core counts as a function of all of its letters, so ``A g A`` becomes ``A A g`` for g =
        (kappa + A)^-1.
        """
        if word not in self._normal:
            rest, out = list(word), []
            while rest:
                movable = [
                    i for i, a in enumerate(rest) if all(self.commute(a, b) for b in rest[:i])
                ]
                best = min(movable, key=lambda i: rest[i].sort_key)
                out.append(rest.pop(best))
            self._normal[word] = tuple(out)
        return self._normal[word]

    def cyclic(self, word: Word) -> Word:
        """The representative of all words with the same trace: rotations, exchanges, reversal with
        transposes.
        """
        if word not in self._cyclic:
            seen: dict[Word, None] = {}
            todo = [self.normal(word), self.transpose_word(word)]
            while todo:
                current = todo.pop()
                if current not in seen:
                    seen[current] = None
                    todo += [self.normal(current[i:] + current[:i]) for i in range(1, len(current))]
            best = min(seen, key=lambda w: [a.sort_key for a in w])
            self._cyclic.update(dict.fromkeys(seen, best))
        return self._cyclic[word] if word in self._cyclic else self._cyclic.setdefault(word, best)

    def trace(
        self, total: WordSum, dimension: Expr, ratio: Callable[[Expr, Expr], Rational]
    ) -> Rational:
        """Normalised trace over ``dimension``; every word becomes the generator
        ``Trace(representative)``.
        """
        result = self.field.zero
        for word, coefficient in total.terms.items():
            if not word:
                result += coefficient
                continue
            least = self.cyclic(word)
            value = coefficient * self.field.gen(Trace(least))
            result += (
                value if least[0].rows == dimension else value * ratio(least[0].rows, dimension)
            )
        return result

    # -- sums
    # ----------------------------------------------------------------------------------------------------

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
        """Write ``u v - u L g v`` as ``kappa u g v`` for each core g = (kappa + L)^-1, so that
        results keep one shape.
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
                    gone = {word: -coefficient, shorter: coefficient / unit}
                    return self.sum(gone) + self.sum({without: -coefficient / unit * kappa})
        return None

    def _removals(self, word: Word, i: int, leading: Word) -> list[tuple[Word, Word]]:
        """Pairs (word without L g, word without L) for each place where L stands beside the core at
        ``i``.
        """
        n, found = len(leading), []
        if n == 1:
            for j, atom in enumerate(word):
                low, high = min(i, j), max(i, j)
                if atom == leading[0] and all(self.commute(atom, b) for b in word[low + 1 : high]):
                    less = word[:j] + word[j + 1 :]
                    place = i - (j < i)
                    found.append((self.normal(less[:place] + less[place + 1 :]), self.normal(less)))
        else:
            if word[i - n : i] == leading and i >= n:
                found.append(
                    (
                        self.normal(word[: i - n] + word[i + 1 :]),
                        self.normal(word[: i - n] + word[i:]),
                    )
                )
            if word[i + 1 : i + 1 + n] == leading:
                found.append(
                    (
                        self.normal(word[:i] + word[i + 1 + n :]),
                        self.normal(word[: i + 1] + word[i + 1 + n :]),
                    )
                )
        return found


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
        return WordSum(
            self.algebra, {w: c * factor for w, c in self.terms.items()} if factor else {}
        )

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
        return (
            " + ".join(f"({c}) {' '.join(map(str, w)) or '1'}" for w, c in self.terms.items())
            or "0"
        )
