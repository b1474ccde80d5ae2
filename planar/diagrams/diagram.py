"""THE diagram: a walk through an expression and a non-crossing partition of its random letters.

Each inverse is expanded around its deterministic part D, ``(D + X)^-1 = sum over n of G0 (-X G0)^n`` with the bare
resolvent G0 = D^-1. A walk is one word of that series. A block of n letters of one ensemble stands for the free
cumulant kappa_n; the word between two consecutive legs is a closed face, a normalised trace, in which what lies inside
further blocks has been evaluated already; the outermost word stays open.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from itertools import chain
from typing import Any

from sympy import Expr, Identity, Inverse, MatMul, Mul, S
from sympy.printing.pretty.pretty_symbology import pretty_symbol
from sympy.printing.str import StrPrinter

from planar.algebra.words import Letter
from planar.errors import PlanarError, TooLargeError
from planar.expression.symbols import tr
from planar.expression.tree import Inv, Product, Sum, Tree, leaves, shape
from planar.noncrossing import Partition, count, is_noncrossing, partitions

__all__ = ["LIMIT", "Atom", "Bare", "Diagram", "Walk", "chalk", "count_diagrams", "diagrams", "walks"]

LIMIT = 200_000
"""``diagrams`` refuses to enumerate more than this."""

CLASSES = ("all", "irreducible", "ladder")


@dataclass(frozen=True)
class Bare:
    """A bare resolvent G0 = D^-1 that is no scalar; ``inverse`` is the SymPy matrix."""

    inverse: Expr
    sort_key: tuple[object, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sort_key", (1, str(self.inverse)))

    @property
    def shape(self) -> tuple[Expr, Expr]:
        rows, cols = self.inverse.shape
        return rows, cols

    @property
    def T(self) -> Bare:
        """The transpose."""
        return Bare(self.inverse.T.doit())

    def __str__(self) -> str:
        return str(self.inverse)


Atom = Letter | Bare


@dataclass(frozen=True)
class Walk:
    """A coefficient and atoms in reading order; ``homes`` numbers the top-level resolvent of each atom, -1 outside of all."""

    coefficient: Expr
    atoms: tuple[Atom, ...]
    homes: tuple[int, ...]
    resolvents: int
    shape: tuple[Expr, Expr]

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the random letters stand among the atoms."""
        return tuple(i for i, atom in enumerate(self.atoms) if is_random(atom))

    @property
    def random(self) -> tuple[Letter, ...]:
        """The random letters in reading order: the points of the partition."""
        return tuple(atom for atom in self.atoms if isinstance(atom, Letter) and atom.random)

    def then(self, coefficient: Expr, atoms: tuple[Atom, ...], home: int) -> Walk:
        """The walk prolonged by these atoms."""
        scaled = self.coefficient if coefficient == 1 else self.coefficient * coefficient
        return replace(self, coefficient=scaled, atoms=self.atoms + atoms, homes=self.homes + (home,) * len(atoms))

    def __str__(self) -> str:
        return chalk(self.coefficient, (), self.atoms)


def is_random(atom: Atom) -> bool:
    """Whether this atom is a random letter."""
    return isinstance(atom, Letter) and atom.random


@dataclass(frozen=True)
class Diagram:
    """A walk with a non-crossing partition of its random letters, each block within one ensemble.

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> from planar.expression.tree import read
    >>> from sympy import Symbol
    >>> N, P = dims("N P")
    >>> A, W = deterministic("A", N), Wishart("W", N, P)
    >>> tree = read(resolvent(A*W, Symbol("lambda"))).terms[0].matrix
    >>> [str(d) for d in diagrams(tree, 2)]
    ['q tr[A] A/λ³', 'A²/λ³']
    >>> [d.weight for d in diagrams(tree, 2)]
    [q, 1]
    """

    walk: Walk
    partition: Partition

    def __post_init__(self) -> None:
        points = self.walk.random
        if sorted(chain.from_iterable(self.partition)) != list(range(len(points))) or not is_noncrossing(self.partition):
            found = f"{self.partition} is no non-crossing partition of the {len(points)} random letters of `{self.walk}`"
            raise PlanarError(f"{found}; take one of noncrossing.partitions({len(points)}).")
        for block in self.partition:
            if any(points[i].name != points[block[0]].name for i in block):
                names = ", ".join(points[i].name for i in block)
                raise PlanarError(f"the block {block} joins the letters {names}; a block holds letters of one ensemble.")

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The atoms of the walk in reading order."""
        return self.walk.atoms

    @property
    def blocks(self) -> tuple[tuple[int, ...], ...]:
        """The partition, in positions among the atoms."""
        positions = self.walk.positions
        return tuple(tuple(positions[i] for i in block) for block in self.partition)

    @property
    def weight(self) -> Expr:
        """The product of the free cumulants, one a block."""
        return Mul(*(free_cumulant(self.walk.random[block[0]].symbol, len(block)) for block in self.partition))

    @property
    def faces(self) -> tuple[tuple[Atom, ...], ...]:
        """The words of the closed faces, in the order in which they close; n - 1 a block of n letters."""
        return self._words[0]

    @property
    def open_word(self) -> tuple[Atom, ...]:
        """The word of the open face: what is enclosed by no block."""
        return self._words[1]

    @property
    def _words(self) -> tuple[tuple[tuple[Atom, ...], ...], tuple[Atom, ...]]:
        ends = {position: (block[0], block[-1]) for block in self.blocks for position in block}
        word, outer, faces = list[Atom](), list[list[Atom]](), list[tuple[Atom, ...]]()
        for position, atom in enumerate(self.atoms):
            first, last = ends.get(position, (None, None))
            if first is None:
                word.append(atom)
                continue
            if position == first:
                outer.append(word)
            else:
                faces.append(tuple(word))
            word = outer.pop() if position == last else []
        return tuple(faces), tuple(word)

    @property
    def value(self) -> Expr:
        """Coefficient, free cumulants and traces of the faces times the open word, as a SymPy matrix expression."""
        traces = (tr(matrix(turned)) for turned in map(least_rotation, self.faces) if turned)
        open_word = matrix(self.open_word) if self.open_word else Identity(self.walk.shape[0])
        scalar = self.weight * self.walk.coefficient * Mul(*traces)
        return open_word if scalar == 1 else MatMul(scalar, *(open_word.args if open_word.is_MatMul else (open_word,)))

    @property
    def is_irreducible(self) -> bool:
        """One-particle irreducible: the first and the last random letter share a block, so that no cut separates it."""
        return any(block[0] == 0 and block[-1] == len(self.walk.random) - 1 for block in self.partition)

    @property
    def is_ladder(self) -> bool:
        """Whether some block has legs in two top-level resolvents: a rung."""
        homes = self.walk.homes
        return any(len({homes[i] for i in block} - {-1}) > 1 for block in self.blocks)

    def __str__(self) -> str:
        return chalk(self.weight * self.walk.coefficient, tuple(map(least_rotation, self.faces)), self.open_word)


@cache
def free_cumulant(law: Any, n: int) -> Expr:
    """kappa_n of a law, computed once."""
    return law.free_cumulant(n)


def matrix(word: tuple[Atom, ...]) -> Expr:
    """A word of at least one atom as a SymPy matrix expression."""
    return reduce(lambda left, right: left * right, map(symbol_of, word))


def symbol_of(atom: Atom) -> Expr:
    """One atom as a SymPy matrix expression."""
    if isinstance(atom, Bare):
        return atom.inverse
    if atom.conjugated:
        return atom.symbol.adjoint() if atom.transposed else atom.symbol.T.adjoint()
    return atom.symbol.T if atom.transposed else atom.symbol


def least_rotation(word: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The first among all words that have the same trace: rotations, and reversal with transposes."""
    both = (word, tuple(atom.T for atom in reversed(word)))
    turns = [w[i:] + w[:i] for w in both for i in range(len(w))]
    return min(turns, key=lambda w: [atom.sort_key for atom in w], default=())


# -- walks -------------------------------------------------------------------------------------------------------


def walks(tree: Tree, order: int) -> Iterator[Walk]:
    """All walks with exactly ``order`` random letters, lazily: the terms of that order of the expanded expression.

    Raises ``PlanarError`` for an inverse that has no deterministic part to expand around.
    """
    _check_order(order)
    return _Expansion().extend(Walk(S.One, (), (), 0, shape(tree)), tree, order, -1)


class _Expansion:
    """Prolongs walks depth first; the bare resolvents are computed once."""

    def __init__(self) -> None:
        self._bare: dict[Tree, tuple[Expr, tuple[Atom, ...]]] = {}

    def extend(self, prefix: Walk, tree: Tree, order: int, home: int) -> Iterator[Walk]:
        """The prefix prolonged by each term of ``tree`` of this order."""
        match tree:
            case Letter():
                if order == int(tree.random):
                    yield prefix.then(S.One, (tree,), home)
            case Product(factors, _):
                yield from self._product(prefix, factors, order, home)
            case Sum(terms, _):
                for coefficient, term in terms:
                    yield from self.extend(prefix.then(coefficient, (), home), term, order, home)
            case Inv():
                here = prefix.resolvents if home < 0 else home
                entered = replace(prefix, resolvents=prefix.resolvents + (home < 0))
                yield from self._series(entered, tree, order, here)

    def _product(self, prefix: Walk, factors: tuple[Tree, ...], order: int, home: int) -> Iterator[Walk]:
        if not factors:
            if order == 0:
                yield prefix
            return
        for m in _split(factors, order):
            for longer in self.extend(prefix, factors[0], m, home):
                yield from self._product(longer, factors[1:], order - m, home)

    def _series(self, prefix: Walk, inverse: Inv, order: int, home: int) -> Iterator[Walk]:
        coefficient, word = self.bare(inverse)
        longer = prefix.then(coefficient, word, home)
        if order == 0:
            yield longer
        for m in range(1, order + 1):
            for once in self.extend(longer.then(S.NegativeOne, (), home), inverse.argument, m, home):
                yield from self._series(once, inverse, order - m, home)

    def bare(self, inverse: Inv) -> tuple[Expr, tuple[Atom, ...]]:
        """G0 = D^-1 as a coefficient and a word of at most one atom."""
        if inverse not in self._bare:
            terms: dict[tuple[Atom, ...], Expr] = {}
            for walk in self.extend(Walk(S.One, (), (), 0, shape(inverse)), inverse.argument, 0, 0):
                terms[walk.atoms] = terms.get(walk.atoms, S.Zero) + walk.coefficient
            self._bare[inverse] = _bare({word: c for word, c in terms.items() if c != 0}, inverse)
        return self._bare[inverse]


def _bare(terms: dict[tuple[Atom, ...], Expr], inverse: Inv) -> tuple[Expr, tuple[Atom, ...]]:
    if not terms:
        names = ", ".join(dict.fromkeys(leaf.name for leaf in leaves(inverse) if leaf.random))
        raise PlanarError(
            f"cannot expand the inverse `{written(inverse)}` in its random letters ({names}): it has no deterministic part to "
            "expand around; add a shift, resolvent(X, lam) for (lam + X)^-1, and let lam go to zero in the result."
        )
    if len(terms) == 1:
        ((word, coefficient),) = terms.items()
        return 1 / coefficient, (Bare(Inverse(matrix(word))),) if word else ()
    one = Identity(shape(inverse)[0])
    parts = [c * (matrix(word) if word else one) for word, c in terms.items()]
    return S.One, (Bare(Inverse(reduce(lambda left, right: left + right, parts))),)


def written(tree: Tree) -> str:
    """The tree in chalk, for messages."""
    match tree:
        case Product(factors, _):
            return "*".join(f"({written(f)})" if isinstance(f, Sum) else written(f) for f in factors) or "1"
        case Sum(terms, _):
            parts = [("" if c == 1 else f"{c}*") + written(t) for c, t in terms]
            return " + ".join(part.removesuffix("*1") for part in parts) or "0"
        case Inv(argument):
            return f"{written(argument)}^-1" if isinstance(argument, Letter) else f"({written(argument)})^-1"
        case _:
            return str(tree)


def _split(factors: tuple[Tree, ...], order: int) -> range:
    """The orders that the first factor can take, so that the others can make up the rest."""
    low, high = _orders(factors[0])
    rest = [_orders(factor) for factor in factors[1:]]
    return range(max(low, order - sum(h for _, h in rest)), min(high, order - sum(lo for lo, _ in rest)) + 1)


def _orders(tree: Tree) -> tuple[int, int]:
    """The least and the greatest number of random letters in a term of ``tree``; 'greatest' is huge for a series."""
    match tree:
        case Letter():
            return int(tree.random), int(tree.random)
        case Product(factors, _):
            return sum(_orders(f)[0] for f in factors), sum(_orders(f)[1] for f in factors)
        case Sum(terms, _):
            bounds = [_orders(t) for _, t in terms] or [(0, 0)]
            return min(lo for lo, _ in bounds), max(h for _, h in bounds)
        case Inv(argument):
            return 0, 10**9 if _orders(argument)[1] else 0


# -- diagrams ----------------------------------------------------------------------------------------------------


def diagrams(tree: Tree, order: int) -> Iterator[Diagram]:
    """All diagrams with ``order`` random letters, lazily; a block whose free cumulant is zero is left out.

    Raises ``TooLargeError`` where there are more than ``LIMIT``.
    """
    number = count_diagrams(tree, order)
    if number > LIMIT:
        raise TooLargeError(
            f"order {order} of `{written(tree)}` has {number} diagrams, more than the limit of {LIMIT}; take a lower order."
        )
    allowed = _sizes(tree, order)
    return (
        Diagram(walk, partition)
        for walk in walks(tree, order)
        for partition in partitions(order, [letter.name for letter in walk.random], allowed)
    )


def count_diagrams(tree: Tree, order: int, cls: str = "all") -> int:
    """The number of diagrams of this order, counted by intervals without listing them; ``cls`` may ask for one class.

    Two resolvents share n random letters in n + 1 ways:

    >>> from planar.ensembles.wishart import Wishart
    >>> from planar.expression.symbols import deterministic, dims, resolvent
    >>> from planar.expression.tree import read
    >>> from sympy import catalan, symbols
    >>> N, P = dims("N P")
    >>> A, M, W = deterministic("A", N), deterministic("M", N), Wishart("W", N, P)
    >>> lam, mu = symbols("lambda mu")
    >>> tree = read(resolvent(A*W, lam) * M * resolvent(W*A, mu)).terms[0].matrix
    >>> all(count_diagrams(tree, n) == (n + 1) * catalan(n) for n in range(12))
    True
    >>> len(list(diagrams(tree, 4))), count_diagrams(tree, 4), count_diagrams(tree, 4, "ladder")
    (70, 70, 28)
    """
    _check_order(order)
    if cls not in CLASSES:
        raise PlanarError(f"there is no class {cls!r} of diagrams; ask for one of {', '.join(CLASSES)}.")
    allowed = _sizes(tree, order)

    @cache
    def number(colours: tuple[Hashable, ...]) -> int:
        return count(order, colours, allowed, joined=cls == "irreducible")

    @cache
    def unjoined(homes: tuple[tuple[str, int], ...]) -> int:
        """Diagrams without a rung: no block meets two resolvents."""
        if all(home >= 0 for _, home in homes):
            inside = None if allowed is None else lambda colour, size: allowed(colour[0], size)
            return count(order, homes, inside)
        found = partitions(order, [name for name, _ in homes], allowed)
        return sum(all(len({homes[i][1] for i in block} - {-1}) < 2 for block in p) for p in found)

    total = 0
    for homes, many in _Words(LIMIT).of(tree, order, False).items():
        names = tuple(name for name, _ in homes[0])
        total += many * (number(names) - (unjoined(homes[0]) if cls == "ladder" else 0))
    return total


def _sizes(tree: Tree, order: int) -> Any:
    """Which block sizes have a free cumulant that is not zero, for each law; None where all have."""
    laws: dict[str, Any] = {}
    for leaf in leaves(tree):
        if leaf.random:
            square_letter(leaf, laws.setdefault(leaf.name, leaf))
    absent = {(name, n) for name, law in laws.items() for n in range(1, order + 1) if free_cumulant(law.symbol, n) == 0}
    return (lambda name, size: (name, size) not in absent) if absent else None


def square_letter(leaf: Letter, other: Letter) -> None:
    """Raise where one sequence of free cumulants does not describe a letter."""
    if leaf.rows != leaf.cols or not hasattr(leaf.symbol, "free_cumulant"):
        raise PlanarError(
            f"the random letter {leaf.name} ({leaf.rows} x {leaf.cols}) has no sequence of free cumulants, so its diagrams are "
            f"not enumerated; write its Gram matrix as one letter, for example Wishart for X.T*X."
        )
    if leaf != other:
        raise PlanarError(
            f"`{leaf}` and `{other}` are one random letter and its transpose, whose joint free cumulants are not known; "
            f"declare {leaf.name} symmetric."
        )


_Word = tuple[tuple[tuple[str, int], ...], int]


class _Words:
    """Counts the walks by the names and homes of their random letters, and by how many top-level resolvents they pass."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[tuple[Tree, int, bool], dict[_Word, int]] = {}

    def of(self, tree: Tree, order: int, inside: bool) -> dict[_Word, int]:
        key = (tree, order, inside)
        if key not in self._known:
            self._known[key] = self._count(tree, order, inside)
        return self._known[key]

    def _count(self, tree: Tree, order: int, inside: bool) -> dict[_Word, int]:
        match tree:
            case Letter():
                word: tuple[tuple[str, int], ...] = ((tree.name, 0 if inside else -1),) if tree.random else ()
                return {(word, 0): 1} if len(word) == order else {}
            case Product(factors, dimension):
                if not factors:
                    return {((), 0): 1} if order == 0 else {}
                head, tail = factors[0], Product(factors[1:], dimension)
                ways = _split(factors, order)
                return self._total(self._times(self.of(head, m, inside), self.of(tail, order - m, inside)) for m in ways)
            case Sum(terms, _):
                return self._total(self.of(term, order, inside) for _, term in terms)
            case Inv(argument):
                nothing: dict[_Word, int] = {((), 0): 1}
                rest = (self._times(self.of(argument, m, True), self.of(tree, order - m, True)) for m in range(1, order + 1))
                found = nothing if order == 0 else self._total(rest)
                return found if inside else {(word, 1): many for (word, _), many in found.items()}

    def _times(self, left: dict[_Word, int], right: dict[_Word, int]) -> dict[_Word, int]:
        found: dict[_Word, int] = {}
        for (u, passed), a in left.items():
            for (v, more), b in right.items():
                moved = tuple((name, home + passed if home >= 0 else -1) for name, home in v) if passed else v
                key = (u + moved, passed + more)
                found[key] = found.get(key, 0) + a * b
            self._guard(found)
        return found

    def _total(self, parts: Iterator[dict[_Word, int]]) -> dict[_Word, int]:
        found: dict[_Word, int] = {}
        for part in parts:
            for key, many in part.items():
                found[key] = found.get(key, 0) + many
            self._guard(found)
        return found

    def _guard(self, found: dict[_Word, int]) -> None:
        if len(found) > self._limit:
            raise TooLargeError(f"there are more than {self._limit} arrangements of the random letters; take a lower order.")


def _check_order(order: int) -> None:
    if order < 0:
        raise PlanarError(f"there are no diagrams of order {order}; the order is the number of random letters, 0, 1, 2, ...")


# -- chalk -------------------------------------------------------------------------------------------------------

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


class _Chalk(StrPrinter):
    """Scalars and matrices on one line: Greek letters, raised exponents, no signs of multiplication."""

    def _print_Symbol(self, expr: Any) -> str:
        return str(pretty_symbol(expr.name))

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return str(pretty_symbol(expr.name))

    def _print_Function(self, expr: Any) -> str:
        return f"{pretty_symbol(expr.func.__name__)}({', '.join(map(self._print, expr.args))})"

    def _print_Transpose(self, expr: Any) -> str:
        return f"{self._atomic(expr.args[0])}ᵀ"

    def _print_Adjoint(self, expr: Any) -> str:
        return f"{self._atomic(expr.args[0])}*"

    def _print_Inverse(self, expr: Any) -> str:
        return f"{self._atomic(expr.args[0])}⁻¹"

    def _print_Identity(self, _: Any) -> str:
        return "1"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, power = expr.args
        if not power.is_Integer:
            return str(super()._print_Pow(expr, rational))
        if power < 0:
            return f"1/{self._atomic(base**-power)}"
        return self._atomic(base) + str(power).translate(_RAISED)

    _print_MatPow = _print_Pow

    def _print_Mul(self, expr: Any) -> str:
        sign, rest = ("-", -expr) if expr.could_extract_minus_sign() else ("", expr)
        above, below = rest.as_numer_denom()
        if below != 1:
            return f"{sign}{self._factors(above)}/{self._atomic(below)}"
        return sign + self._factors(rest)

    def _print_MatMul(self, expr: Any) -> str:
        return " ".join(self._bracketed(a) for a in expr.args if not isinstance(a, Identity))

    def _factors(self, expr: Any) -> str:
        return " ".join(map(self._bracketed, Mul.make_args(expr)))

    def _bracketed(self, expr: Any) -> str:
        return f"({self._print(expr)})" if expr.is_Add or expr.is_MatAdd else str(self._print(expr))

    def _atomic(self, expr: Any) -> str:
        """In brackets unless one sign, or one sign with an exponent."""
        text = str(self._print(expr))
        single = expr.is_Symbol or expr.is_Integer or (expr.is_Pow and expr.base.is_Symbol) or hasattr(expr, "name")
        return text if single else f"({text})"


def chalk(coefficient: Expr, faces: tuple[tuple[Atom, ...], ...], word: tuple[Atom, ...]) -> str:
    """Coefficient, traces and word on one line, as one writes it in chalk.

    >>> from sympy import Symbol
    >>> chalk(-3 / Symbol("lambda")**2, ((Letter("A"), Letter("A")), ()), (Letter("M", transposed=True),))
    '-3 tr[A²] Mᵀ/λ²'
    """
    above, below = coefficient.as_numer_denom()
    sign, above = ("-", -above) if above.could_extract_minus_sign() else ("", above)
    powers: dict[str, int] = {}
    for face in faces:
        if face:
            text = f"tr[{_spell(face)}]"
            powers[text] = powers.get(text, 0) + 1
    parts = [*(_power(text, many) for text, many in powers.items()), _spell(word)]
    printer = _Chalk()
    found = " ".join(filter(None, ["" if above == 1 else printer._bracketed(above), *parts])) or "1"
    return sign + found + ("" if below == 1 else f"/{printer._atomic(below)}")


def _spell(word: tuple[Atom, ...]) -> str:
    """A word with runs of one letter as powers."""
    runs: list[tuple[str, int]] = []
    for text in map(label, word):
        runs[-1:] = [(text, runs[-1][1] + 1)] if runs and runs[-1][0] == text else [*runs[-1:], (text, 1)]
    return " ".join(_power(text, many) for text, many in runs)


def _power(text: str, n: int) -> str:
    """``text`` to the n-th power; an inverse keeps one exponent."""
    if text.endswith("⁻¹"):
        return text.removesuffix("¹") + str(n).translate(_RAISED)
    return text + (str(n).translate(_RAISED) if n > 1 else "")


def label(atom: Atom) -> str:
    """One atom in chalk."""
    if isinstance(atom, Bare):
        return str(_Chalk()._print(atom.inverse))
    flags = {(False, False): "", (True, False): "ᵀ", (False, True): "\N{COMBINING MACRON}", (True, True): "*"}
    return str(pretty_symbol(atom.name)) + flags[atom.transposed, atom.conjugated]
