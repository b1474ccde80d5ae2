"""Numeric values for the letters, dimensions and scalars of an expression, checked once and for all
readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Basic, Expr, Integer, Lambda, MatrixSymbol, Symbol

from planar.expression.compression import Quadrature, compress
from planar.expression.tree import described
from planar.formulas.symbols import RandomLetter
from planar.foundations.errors import ShapeError, ValueMissing

__all__ = ["Compressed", "Scalar", "Spectrum", "Values", "dimensions_of", "resolve", "spectrum"]

Array = NDArray[Any]
Scalar = complex | Array
Origin = tuple[int, str]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues of a symmetric letter, each of equal weight or with normalised ``weights``; see
    ``spectrum``.
    """

    eigenvalues: Array
    weights: Array | None = None

    def __post_init__(self) -> None:
        values = _numbers("the spectrum", self.eigenvalues, "a list of eigenvalues")
        if values.ndim != 1:
            raise ShapeError(
                f"the eigenvalues of a spectrum form one list; found {_by(values.shape)}, use .ravel()."
            )
        if np.iscomplexobj(values):
            raise ValueMissing(
                "a spectrum is real; found complex eigenvalues, give their real parts."
            )
        object.__setattr__(self, "eigenvalues", _frozen(values))
        if self.weights is not None:
            object.__setattr__(self, "weights", _frozen(_weights(self.weights, len(values))))

    def __len__(self) -> int:
        return len(self.eigenvalues)

    @property
    def measure(self) -> Array:
        """The weights, also where none were given; they sum to one."""
        return np.full(len(self), 1 / len(self)) if self.weights is None else self.weights

    @property
    def uniform(self) -> bool:
        """Whether all weights are equal."""
        return bool(np.allclose(self.measure, 1 / len(self), rtol=1e-12, atol=0))

    def compressed(self, tolerance: float = 1e-10, *, insertions: bool = False) -> Compressed:
        """A short quadrature of a spectrum without negative eigenvalues, with a bound of what
        averages over it lose.

        ``insertions`` keeps the digits of averages that hold the diagonal of another letter too, at
        twice the nodes.

        >>> short = spectrum(np.geomspace(1e-6, 1, 20000)).compressed()
        >>> len(short) < 200, short.bound < 1e-10
        (True, True)
        """
        found = compress(self.eigenvalues, self.measure, tolerance, insertions=insertions)
        return Compressed(found.eigenvalues, found.weights, found)


@dataclass(frozen=True, eq=False)
class Compressed(Spectrum):
    """A spectrum in a few nodes; N is given beside it, as with any weights.

    ``bound`` is the largest relative error that this adds to an average of 1/(kappa + x) or its
    square, kappa >= 0; ``project`` gives the diagonal of another letter, known at every eigenvalue,
    at the nodes.
    """

    quadrature: Quadrature | None = None

    @property
    def bound(self) -> float:
        return self.quadrature.bound if self.quadrature is not None else 0.0

    def project(self, diagonal: ArrayLike) -> Array:
        """Values at the nodes whose averages with functions of the spectrum are those of the
        diagonal.

        The average of two diagonals is that of their product, which is projected as one.
        """
        if self.quadrature is None:
            raise ShapeError("nothing was compressed; take spectrum(...).compressed().")
        return self.quadrature.project(diagonal)


def spectrum(eigenvalues: ArrayLike, weights: ArrayLike | None = None) -> Spectrum:
    """A value for a symmetric N x N letter: its eigenvalues. Other letters are then given in its
    eigenbasis.

    Without ``weights`` these are the N eigenvalues themselves; with weights w (normalised here)
    they are a quadrature of the spectral measure, and N is given beside it: an eigenvalue stands
    for N w equal ones, along which the diagonal of another letter, or a vector, has one value.

    >>> spectrum([1, 2, 4], weights=[2, 1, 1]).measure.tolist()
    [0.5, 0.25, 0.25]
    """
    return Spectrum(np.asarray(eigenvalues), None if weights is None else np.asarray(weights))


@dataclass(frozen=True, eq=False)
class Values:
    """Arrays by letter name, integers for every dimension, numbers (or arrays) for every scalar.

    Where a ``Spectrum`` stands for a letter, a one-dimensional array is the diagonal of a square
    letter in its eigenbasis; spectra over one dimension share that basis.
    """

    matrices: dict[str, Array | Spectrum]
    dimensions: dict[Expr, int]
    scalars: dict[Symbol, Scalar]


def resolve(
    target_letters: Iterable[MatrixSymbol],
    laws: Iterable[MatrixSymbol],
    scalars: Iterable[Symbol],
    values: Mapping[Any, Any],
    commuting: Iterable[tuple[str, str]] = (),
) -> Values:
    """The user's mapping, checked: shapes agree, what was declared of them holds, nothing is
    missing or too much.

    Raises ``ShapeError`` where shapes contradict each other, ``ValueMissing`` for all else.

    >>> from planar.expression.symbols import deterministic, dims
    >>> N = dims("N")
    >>> resolve([deterministic("M", N)], [], [], {deterministic("M", N): [[0, 1], [2, 0]]}).dimensions
    {N: 2}
    """
    every = {x.name: x for x in (*target_letters, *laws)}
    letters = [every[name] for name in sorted(every)]
    random = [x for x in letters if isinstance(x, RandomLetter)]
    deterministic = [x for x in letters if not isinstance(x, RandomLetter)]
    sizes = tuple(dict.fromkeys(d for x in letters for d in dimensions_of(x)))
    symbols = _sorted(s for d in sizes for s in d.free_symbols)
    plain = [s for s in _sorted(scalars) if s not in symbols]
    _refuse_superfluous(values, deterministic, random, symbols, plain)

    book = _Book({s: (_dimension(s, values[s]), "as given") for s in symbols if s in values})
    raw = {x: _value(x, values[x]) for x in deterministic if x in values}
    spectra = _spectra(raw, book)
    matrices = {
        x: v if isinstance(v, Spectrum) else _placed(x, v, spectra, book) for x, v in raw.items()
    }
    _refuse_missing([x for x in deterministic if x not in raw], symbols, plain, values, book)
    for x, value in matrices.items():
        _refuse_composite(x, value, book)
        _refuse_broken_promise(x, value)
    for x in random:
        _refuse_rank(x, book)
    named = {x.name: m for x, m in matrices.items()}
    for pair in commuting:
        if all(name in named for name in pair):
            _refuse_non_commuting(pair, named)
    dimensions = {d: book.size(d) for d in dict.fromkeys((*symbols, *sizes)) if d.free_symbols}
    numbers = {s: _scalar(s, values[s]) for s in plain}
    _refuse_unlike(numbers)
    return Values(named, dimensions, numbers)


def dimensions_of(letter: MatrixSymbol) -> tuple[Expr, ...]:
    """Rows, columns, and what else counts something in a random letter's law: samples, a rank."""
    others = letter.args[3:] if isinstance(letter, RandomLetter) else ()
    variance = getattr(letter, "variance", None)
    sizes = [
        a for a in others if isinstance(a, Expr) and not isinstance(a, Lambda) and a != variance
    ]
    counts = [a for a in sizes if a.is_positive and a.is_integer is not False]
    return tuple(dict.fromkeys((*letter.shape, *counts)))


class _Book:
    """What is known of the dimensions, and from where."""

    def __init__(self, known: dict[Expr, Origin]) -> None:
        self.known = known

    def size(self, dimension: Expr) -> int:
        """A dimension as an integer, once every symbol of it is known."""
        found = dimension.xreplace({s: Integer(n) for s, (n, _) in self.known.items()})
        if not (found.is_Integer and found > 0):
            raise ShapeError(
                f"the dimension {dimension} comes out as {found}; give sizes that make it a positive integer."
            )
        return int(found)

    def enter(
        self,
        letter: MatrixSymbol,
        shape: tuple[int, ...],
        place: int,
        origin: str,
        *,
        expected: int | None = None,
    ) -> None:
        """Learn or compare the dimension at one place of an array; ``expected`` overrules what is
        known.
        """
        dimension, found = letter.shape[place], shape[place]
        if expected is None and dimension.is_Symbol:
            self.known.setdefault(dimension, (found, origin))
        if expected is not None:
            count, where = expected, origin
        elif dimension.is_Symbol:
            count, where = self.known[dimension]
        elif dimension.is_Integer or all(s in self.known for s in dimension.free_symbols):
            count, where = self.size(dimension), "as declared"
        else:
            return
        if count != found:
            raise ShapeError(
                f"{letter.name} has shape {_by(shape)}, expected {_by(letter.shape)} with {count} for {dimension} {where}; "
                "give arrays and dimensions that fit."
            )


# -- reading one value
# -------------------------------------------------------------------------------------------


def _numbers(name: str, value: object, wanted: str) -> Array:
    """A finite, non-empty array of floats or complex numbers."""
    try:
        found = np.asarray(value)
        if found.dtype.kind == "O":
            found = found.astype(complex)
            found = found if found.imag.any() else found.real
    except (TypeError, ValueError):
        found = np.asarray("")
    if found.dtype.kind not in "biufc":
        raise ValueMissing(
            f"{name} has a value of type {type(value).__name__} that is not numeric; give {wanted}."
        )
    if found.size == 0:
        raise ShapeError(f"{name} has an empty value of shape {_by(found.shape)}; give {wanted}.")
    if not np.isfinite(found).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(found))[0])
        at = f" at {place}" if place else ""
        raise ValueMissing(
            f"{name} holds {found[place]}{at}; every number must be finite, replace it."
        )
    return found if found.dtype.kind == "c" else found.astype(float)


def _weights(value: object, count: int) -> Array:
    weights = _numbers("the weights of the spectrum", value, "one weight for each eigenvalue")
    if weights.shape != (count,):
        raise ShapeError(
            f"a spectrum of {count} eigenvalues has weights of shape {_by(weights.shape)}; give one for each."
        )
    if np.iscomplexobj(weights) or weights.min() < 0 or weights.sum() <= 0:
        raise ValueMissing(
            f"the weights of a spectrum are nonnegative and not all zero; found {weights.min()}, correct them."
        )
    result: Array = weights / weights.sum()
    return result


def _frozen(array: Array) -> Array:
    copy = array.copy()
    copy.setflags(write=False)
    return copy


def _dimension(symbol: Symbol, value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, Integral | Integer) or int(value) < 1:
        raise ValueMissing(
            f"the dimension {symbol} is given as {value!r}; give a positive integer, for example {symbol}: 200."
        )
    return int(value)


def _scalar(symbol: Symbol, value: object) -> Scalar:
    array = _numbers(str(symbol), value, f"a number, for example {symbol}: 0.5")
    return array if array.ndim else complex(array) if array.dtype.kind == "c" else float(array)


def _value(letter: MatrixSymbol, value: object) -> Array | Spectrum:
    if not isinstance(value, Spectrum):
        return _numbers(letter.name, value, f"an array of shape {_by(letter.shape)}")
    if not getattr(letter, "symmetric", False):
        raise ValueMissing(
            f"{letter.name} is valued by a spectrum but not declared symmetric; declare it so, or give an array of shape "
            f"{_by(letter.shape)}."
        )
    return value


def _spectra(
    raw: Mapping[MatrixSymbol, Array | Spectrum], book: _Book
) -> dict[Expr, tuple[str, Spectrum]]:
    """The spectrum over each dimension; without weights it also says how large that dimension is."""
    found: dict[Expr, tuple[str, Spectrum]] = {}
    for letter, value in raw.items():
        if not isinstance(value, Spectrum):
            continue
        name, first = found.setdefault(letter.shape[0], (letter.name, value))
        if len(first) != len(value) or not np.allclose(first.measure, value.measure):
            raise ShapeError(
                f"{letter.name} and {name} are valued by spectra of {len(value)} and {len(first)} eigenvalues with different "
                "weights; spectra over one dimension share their eigenbasis, so give both in one order with the same weights."
            )
        if value.weights is None:
            book.enter(letter, (len(value), len(value)), 0, f"by the spectrum of {letter.name}")
        elif value.uniform and letter.shape[0].is_Symbol:
            book.known.setdefault(
                letter.shape[0], (len(value), f"by the spectrum of {letter.name}")
            )
    return found


def _placed(
    letter: MatrixSymbol, array: Array, spectra: Mapping[Expr, tuple[str, Spectrum]], book: _Book
) -> Array:
    """The array in the letter's shape; a list becomes a column, a row, or a diagonal where a
    spectrum stands beside it.
    """
    rows, cols = letter.shape
    if array.ndim == 1 and rows == cols and rows in spectra:
        name, beside = spectra[rows]
        if len(array) != len(beside):
            raise ShapeError(
                f"{letter.name} is given by a diagonal of length {len(array)}, but the spectrum of {name} has {len(beside)} "
                "eigenvalues; give one diagonal entry for each."
            )
        return array
    if array.ndim == 1 and 1 in (rows, cols):
        array = array[:, None] if cols == 1 else array[None, :]
    if array.ndim != 2:
        way = (
            " or, beside a letter valued by planar.spectrum, its diagonal in that eigenbasis"
            if rows == cols
            else ""
        )
        raise ShapeError(
            f"{letter.name} has shape {_by(array.shape)}, expected {_by(letter.shape)}; give the matrix{way}."
        )
    for place, dimension in enumerate(letter.shape):
        if dimension in spectra:
            name, beside = spectra[dimension]
            book.enter(
                letter, array.shape, place, f"by the spectrum of {name}", expected=len(beside)
            )
        else:
            book.enter(letter, array.shape, place, f"by the shape of {letter.name}")
    return array


# -- refusals
# ----------------------------------------------------------------------------------------------------


def _refuse_unlike(numbers: Mapping[Symbol, Scalar]) -> None:
    shapes = {s: np.shape(x) for s, x in numbers.items() if np.ndim(x)}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        found = " and ".join(f"{s} {_by(shape)}" for s, shape in shapes.items())
        raise ShapeError(
            f"the arrays of {found} do not broadcast; for a grid of two give one of them as a column, x[:, None]."
        ) from None


def _refuse_superfluous(
    values: Mapping[Any, Any],
    deterministic: Sequence[MatrixSymbol],
    random: Sequence[MatrixSymbol],
    symbols: Sequence[Symbol],
    plain: Sequence[Symbol],
) -> None:
    wanted = (*deterministic, *symbols, *plain)
    names = {x.name: x for x in (*random, *wanted)}
    for key in values:
        if key in wanted:
            continue
        if key in random:
            raise ValueMissing(
                f"{key} is random and takes no value; remove it, and give its dimensions where unknown."
            )
        known = names.get(str(key)) if isinstance(key, str | Basic) else None
        if isinstance(key, MatrixSymbol) and isinstance(known, MatrixSymbol):
            raise ValueMissing(
                f"{key} is {described(key)} among the values but {described(known)} in the expression; use one letter for both."
            )
        if known is not None:
            raise ValueMissing(
                f"the key {key!r} is not the symbol {known} of the expression, which has another type or other assumptions; "
                "use the very object that the expression was built from."
            )
        held = ", ".join(str(x) for x in wanted) or "nothing that takes a value"
        raise ValueMissing(
            f"{key} is no part of the expression, which holds {held}; remove it or correct its name."
        )


def _refuse_missing(
    letters: Sequence[MatrixSymbol],
    symbols: Sequence[Symbol],
    plain: Sequence[Symbol],
    values: Mapping[Any, Any],
    book: _Book,
) -> None:
    """One sentence that names all that is missing, with an example of each."""
    ways = {x.name: f"an array of shape {_by(x.shape)}" for x in letters}
    promised = [d for x in letters for d in x.shape]
    ways |= {str(s): "200" for s in symbols if s not in book.known and s not in promised}
    ways |= {str(s): "0.5" for s in plain if s not in values}
    if ways:
        names = list(ways)
        listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        advice = "; ".join(f"give {name}, for example {name}: {way}" for name, way in ways.items())
        raise ValueMissing(f"no value for {listed}: {advice}.")


def _refuse_broken_promise(letter: MatrixSymbol, value: Array | Spectrum) -> None:
    """Symmetry and positivity hold where they were declared."""
    positive, symmetric = (
        bool(getattr(letter, "positive", False)),
        bool(getattr(letter, "symmetric", False)),
    )
    entries = value.eigenvalues if isinstance(value, Spectrum) else value
    if symmetric and entries.ndim == 2:
        gap = float(np.abs(entries - entries.T).max())
        if gap > 1e-8 * float(np.abs(entries).max()):
            raise ValueMissing(
                f"{letter.name} is declared symmetric, but its value differs from its transpose by {gap:.3g}; "
                f"give ({letter.name} + {letter.name}.T)/2, or declare it without symmetric=True and positive=True."
            )
    if not positive:
        return
    if np.iscomplexobj(entries) and np.abs(entries.imag).max() > 0:
        raise ValueMissing(
            f"{letter.name} is declared positive, but its value is complex; give a real positive matrix."
        )
    eigenvalues = np.linalg.eigvalsh(entries.real) if entries.ndim == 2 else entries.real
    if eigenvalues.min() < -1e-10 * np.abs(eigenvalues).max():
        raise ValueMissing(
            f"{letter.name} is declared positive, but its value has the eigenvalue {eigenvalues.min():.3g}; "
            "give a positive semidefinite matrix, or declare it with symmetric=True."
        )


def _refuse_non_commuting(pair: tuple[str, str], values: Mapping[str, Array | Spectrum]) -> None:
    """A spectrum is a diagonal in its own eigenbasis, in which the other one is then given."""
    a, b = (
        np.arange(1.0, 1 + len(v)) if isinstance(v, Spectrum) else v
        for v in (values[name] for name in pair)
    )
    a, b = (x / max(float(np.abs(x).max(initial=0.0)), 1e-300) for x in (a, b))
    if a.ndim == b.ndim == 1:
        return
    if a.ndim == b.ndim:
        gap = a @ b - b @ a
    else:
        diagonal, dense = (a, b) if a.ndim == 1 else (b, a)
        gap = diagonal[:, None] * dense - dense * diagonal
    if np.abs(gap).max() > 1e-9 * len(a):
        raise ValueMissing(
            f"{pair[0]} and {pair[1]} are declared to commute, but their values do not; "
            "give values that do, or derive without commuting=."
        )


def _refuse_composite(letter: MatrixSymbol, value: Array | Spectrum, book: _Book) -> None:
    """Dimensions such as 2*N are compared once every symbol in them is known."""
    for place, dimension in enumerate(letter.shape):
        if isinstance(value, np.ndarray) and value.ndim == 2 and not dimension.is_Symbol:
            book.enter(letter, value.shape, place, "as declared")


def _refuse_rank(letter: MatrixSymbol, book: _Book) -> None:
    rank = getattr(letter, "rank", None)
    if isinstance(rank, Expr) and book.size(rank) > book.size(letter.shape[0]):
        raise ValueMissing(
            f"{letter.name} has rank {rank} = {book.size(rank)}, more than its dimension {letter.shape[0]} = "
            f"{book.size(letter.shape[0])}; give a smaller {rank}."
        )


def _sorted(symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
    return tuple(sorted(dict.fromkeys(symbols), key=lambda s: (s.name, str(s.assumptions0))))


def _by(shape: tuple[Any, ...]) -> str:
    return " x ".join(str(n) for n in shape) if len(shape) != 1 else f"({shape[0]},)"
