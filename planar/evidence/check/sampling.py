"""Independent realisations of an expression: the random letters are drawn, the tree is evaluated as
it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sympy import Expr, MatrixSymbol, Symbol

from planar.ensembles.law import Law
from planar.expression.tree import Inv, Product, Sum, Target, Term, Tree, children, letters, shape
from planar.expression.values import Array, Spectrum, Values, dimensions_of
from planar.formulas.symbols import RandomLetter, scalar
from planar.foundations.errors import DeclarationError, PlanarError, ShapeError, ValueMissing
from planar.foundations.words import Letter

__all__ = ["Probes", "Samples", "evaluate_tree", "experiment", "joined", "probes", "sample"]

_CHUNK = 10
_PROBE_SEED = 2502


@dataclass(frozen=True, eq=False)
class Probes:
    """Linear functionals of an n x m matrix: probe k is the sum of ``tests[k] * X`` over all
    entries.
    """

    names: tuple[str, ...]
    tests: Array

    def of(self, value: object) -> Array:
        """Every probe of a matrix, or of a number where the target is a scalar."""
        rows, cols = self.tests.shape[1:]
        matrix = np.asarray(value)
        if (
            matrix.size != rows * cols
            or (matrix.ndim == 2 and matrix.shape != (rows, cols))
            or matrix.ndim > 2
        ):
            raise ShapeError(
                f"the predicted value has shape {matrix.shape}, expected {rows} x {cols}; give one that fits."
            )
        result: Array = np.einsum("kij,ij->k", self.tests, matrix.reshape(rows, cols))
        return result


@dataclass(frozen=True, eq=False)
class Samples:
    """Probe values, one row a trial, one column a probe.

    ``magnitude`` is the natural scale of the expression, the mean over trials of the product of its
    normalised Hilbert-Schmidt norms; the bias at size N is O(N^-bias_order): 2 for complex
    ensembles, 1 for real ones.
    """

    names: tuple[str, ...]
    values: Array
    magnitude: float
    bias_order: int
    copies: int
    seed: int
    sizes: tuple[tuple[str, int], ...]

    @property
    def trials(self) -> int:
        return len(self.values)

    @property
    def mean(self) -> Array:
        result: Array = self.values.mean(axis=0)
        return result

    @property
    def standard_error(self) -> Array:
        """Of each probe's mean; real and imaginary parts together."""
        result: Array = self.values.std(axis=0, ddof=1) / np.sqrt(self.trials)
        return result


# -- one realisation
# ---------------------------------------------------------------------------------------------


def evaluate_tree(
    tree: Tree,
    matrices: Mapping[str, Array],
    scalars: Mapping[Symbol, complex],
    dimensions: Mapping[Expr, int] | None = None,
) -> Array:
    """The tree as an array; ``dimensions`` are those of identities and zeros, by default what the
    letters' shapes tell.

    ``.T`` of a random letter is the conjugate transpose of its sample, of a deterministic one the
    plain transpose.

    >>> from sympy import symbols
    >>> from planar.expression.symbols import deterministic, dims, resolvent, scalar
    >>> from planar.expression.tree import read
    >>> M, x = deterministic("M", dims("N")), symbols("x")
    >>> evaluate_tree(read(resolvent(M, x)).terms[0].matrix, {"M": np.diag([1.0, 3.0])}, {x: 1}).diagonal().tolist()
    [0.5, 0.25]
    """
    sizes = _shapes(tree, matrices) if dimensions is None else dimensions
    match tree:
        case Letter():
            return _letter(tree, matrices[tree.name])
        case Inv(argument):
            return _solve(evaluate_tree(argument, matrices, scalars, sizes), None)
        case Product((), dimension):
            return np.eye(_size(dimension, sizes))
        case Product(factors, _):
            result: Array | None = None
            for factor in reversed(factors):
                if isinstance(factor, Inv):
                    result = _solve(
                        evaluate_tree(factor.argument, matrices, scalars, sizes), result
                    )
                else:
                    value = evaluate_tree(factor, matrices, scalars, sizes)
                    result = value if result is None else value @ result
            assert result is not None
            return result
        case Sum(terms, (rows, cols)):
            parts = [
                _number(c, scalars) * evaluate_tree(t, matrices, scalars, sizes) for c, t in terms
            ]
            return (
                sum(parts[1:], parts[0])
                if parts
                else np.zeros((_size(rows, sizes), _size(cols, sizes)))
            )


def _shapes(tree: Tree, matrices: Mapping[str, Array]) -> dict[Expr, int]:
    found = [node for node in _nodes(tree) if isinstance(node, Letter)]
    return {
        d: n for x in found for d, n in zip(x.symbol.shape, matrices[x.name].shape, strict=True)
    }


def _letter(letter: Letter, matrix: Array) -> Array:
    if letter.transposed:
        matrix = matrix.conj().T if letter.random else matrix.T
    return matrix.conj() if letter.conjugated else matrix


def _solve(matrix: Array, right: Array | None) -> Array:
    try:
        result: Array = np.linalg.inv(matrix) if right is None else np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        raise PlanarError(
            "an inverse in the expression does not exist for the sampled matrices; move its parameter off the spectrum."
        ) from None
    return result


def _number(expression: Expr, scalars: Mapping[Symbol, complex]) -> complex:
    value = complex(
        expression.xreplace({s: scalar(x) for s, x in scalars.items()}) if scalars else expression
    )
    return value if value.imag else value.real


def _size(dimension: Expr, sizes: Mapping[Expr, int]) -> int:
    return sizes[dimension] if dimension in sizes else int(dimension)


def _bound(tree: Tree, scalars: Mapping[Symbol, complex]) -> Tree:
    """The tree with numbers for coefficients."""
    match tree:
        case Product(factors, dimension):
            return Product(tuple(_bound(f, scalars) for f in factors), dimension)
        case Sum(terms, dimensions):
            return Sum(
                tuple((scalar(_number(c, scalars)), _bound(t, scalars)) for c, t in terms),
                dimensions,
            )
        case Inv(argument):
            return Inv(_bound(argument, scalars))
        case _:
            return tree


@dataclass(frozen=True, eq=False)
class _Experiment:
    """All that one trial needs, so that a chunk of trials can be sent to another process.

    Every space is enlarged ``copies`` times: a deterministic D becomes ``kron(1, D)``, vectors
    included. The equivalent of the enlarged problem is ``kron(1, equivalent)``, so the mean of the
    diagonal blocks is compared.
    """

    target: Target
    laws: tuple[Law, ...]
    matrices: Mapping[str, Array]
    sizes: Mapping[Expr, int]
    parameters: tuple[Mapping[Expr, complex], ...]
    copies: int
    real: bool
    probes: Probes

    def draw(self, rng: np.random.Generator) -> dict[str, Array]:
        """One matrix for each random letter, in the order of the laws."""
        drawn: dict[str, Array] = {}
        for law, more in zip(self.laws, self.parameters, strict=True):
            sizes: dict[Expr, Any] = {**self.sizes, **more}
            drawn[law.name] = law.sample(rng, sizes, real=self.real)
        return drawn

    def trial(self, seed: np.random.SeedSequence) -> Array:
        """The probes, and last the magnitude."""
        matrices = {**self.matrices, **self.draw(np.random.default_rng(seed))}
        total, magnitude = np.zeros(self.probes.tests.shape[1:], dtype=complex), 0.0
        for term in self.target.terms:
            factor = complex(term.coefficient)
            norm = abs(factor)
            for tree in term.traces:
                value = evaluate_tree(tree, matrices, {}, self.sizes)
                factor *= np.trace(value) / len(value)
                norm *= _norm(value)
            if term.matrix is None:
                total += factor
            else:
                value = evaluate_tree(term.matrix, matrices, {}, self.sizes)
                total += factor * self.block(value)
                norm *= _norm(value)
            magnitude += norm
        return np.append(self.probes.of(total), magnitude)

    def block(self, value: Array) -> Array:
        """The mean of the diagonal blocks."""
        rows, cols = self.probes.tests.shape[1:]
        c = self.copies
        result: Array = np.einsum("aiaj->ij", value.reshape(c, rows, c, cols)) / c
        return result

    def chunk(self, seeds: Sequence[np.random.SeedSequence]) -> Array:
        """One row a seed."""
        return np.array([self.trial(seed) for seed in seeds])


def _norm(value: Array) -> float:
    return float(np.linalg.norm(value) / np.sqrt(min(value.shape)))


# -- probes
# ------------------------------------------------------------------------------------------------------


def probes(target: Target, values: Values) -> Probes:
    """Fixed functionals of the target, the same for prediction and samples.

    A scalar is its own probe. An n x m matrix has the normalised trace (if square), traces against
    the letters of its shape and against two random test matrices, and two bilinear forms u.T X v.
    """
    if target.shape is None or all(_extent(d, values) == 1 for d in target.shape):
        return Probes(("value",), np.ones((1, 1, 1)))
    rows, cols = (_extent(d, values) for d in target.shape)
    rng = np.random.default_rng(_PROBE_SEED)
    square = target.shape[0] == target.shape[1]
    tests: dict[str, Array] = {"tr[X]": np.eye(rows) / rows} if square else {}
    for name, matrix in _insertions(target, values):
        tests[f"tr[{name}.T X]"] = matrix / (np.linalg.norm(matrix) * np.sqrt(rows))
    gauss = rng.standard_normal((rows, cols)) / np.sqrt(rows)
    tests["tr[T1 X]"] = (
        np.diag(rng.uniform(0, 2, rows)) / rows
        if square
        else rng.standard_normal((rows, cols)) / rows
    )
    tests["tr[T2 X]"] = gauss / rows
    u, v = (_unit(rng, rows) for _ in range(2))
    right = [u, v] if square else [_unit(rng, cols), _unit(rng, cols)]
    tests["u1.T X v1"], tests["u2.T X v2"] = (
        np.outer(u, right[0]),
        np.outer(u if square else v, right[1]),
    )
    return Probes(tuple(tests), np.array(list(tests.values())))


def _insertions(target: Target, values: Values) -> Iterator[tuple[str, Array]]:
    """The first three deterministic letters of the target's shape that are not zero."""
    found: dict[str, Letter] = {}
    for term in target.terms:
        for tree in term.trees:
            for node in _nodes(tree):
                if (
                    isinstance(node, Letter)
                    and not node.random
                    and node.symbol.shape == target.shape
                ):
                    found.setdefault(node.name, node)
    dense = ((name, _dense(name, values)) for name in sorted(found)[:3])
    yield from ((name, matrix.conj()) for name, matrix in dense if matrix.any())


def _unit(rng: np.random.Generator, n: int) -> Array:
    u = rng.standard_normal(n)
    result: Array = u / np.linalg.norm(u)
    return result


def _nodes(tree: Tree) -> Iterator[Tree]:
    yield tree
    for child in children(tree):
        yield from _nodes(child)


def _extent(dimension: Expr, values: Values) -> int:
    """A dimension as an integer, at the size of the values."""
    found = dimension.xreplace({s: scalar(n) for s, n in values.dimensions.items()})
    if not found.is_Integer:
        raise ValueMissing(
            f"no value for the dimension {dimension}: give {dimension}, for example {dimension}: 200."
        )
    return int(found)


# -- sampling
# ----------------------------------------------------------------------------------------------------


def sample(
    target: Target,
    laws: Sequence[Law],
    values: Values,
    *,
    trials: int,
    seed: int,
    real: bool = False,
    executor: Executor | None = None,
    copies: int = 1,
    first: int = 0,
) -> Samples:
    """The probes of the target in ``trials`` independent realisations, from the trial ``first`` on.

    Each trial has a seed of its own, spawned from (seed, copies): results depend neither on the
    executor nor on how trials are grouped. With ``copies`` = c the problem is tensored with the c x
    c identity, which gives a second size.
    """
    if trials < 2 or copies < 1:
        raise ValueMissing(
            f"sampling needs at least two trials and one copy; got trials={trials}, copies={copies}."
        )
    run = experiment(target, laws, values, real, copies)
    seeds = np.random.SeedSequence(seed, spawn_key=(copies,)).spawn(first + trials)[first:]
    chunks = [seeds[i : i + _CHUNK] for i in range(0, trials, _CHUNK)]
    if executor is None:
        rows = [run.chunk(chunk) for chunk in chunks]
    else:
        rows = [
            future.result() for future in [executor.submit(run.chunk, chunk) for chunk in chunks]
        ]
    drawn = np.concatenate(rows)
    if not np.isfinite(drawn).all():
        raise PlanarError(
            "the expression overflows for the sampled matrices; move the spectral parameter off the spectrum."
        )
    return Samples(
        run.probes.names,
        drawn[:, :-1],
        float(drawn[:, -1].real.mean()),
        _bias_order(run, seeds[0]),
        copies,
        seed,
        tuple((str(d), copies * n) for d, n in values.dimensions.items()),
    )


def joined(one: Samples, other: Samples) -> Samples:
    """More trials of the same experiment in one."""
    weights = np.array([one.trials, other.trials]) / (one.trials + other.trials)
    magnitude = float(weights @ [one.magnitude, other.magnitude])
    return replace(one, values=np.concatenate([one.values, other.values]), magnitude=magnitude)


def experiment(
    target: Target, laws: Sequence[Law], values: Values, real: bool, copies: int
) -> _Experiment:
    """What trials are drawn from: the target with numbers for its coefficients, its matrices, its
    sizes.
    """
    arrays = [str(s) for s, x in values.scalars.items() if np.ndim(x)]
    if arrays:
        raise ValueMissing(
            f"{arrays[0]} is an array, but a check takes one number for each scalar; call it for each value."
        )
    scalars: dict[Symbol, complex] = {s: complex(x) for s, x in values.scalars.items()}
    table: dict[Symbol, complex] = {
        **scalars,
        **{d: n for d, n in values.dimensions.items() if d.is_Symbol},
    }
    terms = tuple(
        Term(
            scalar(_number(t.coefficient, table)),
            tuple(_bound(x, table) for x in t.traces),
            None if t.matrix is None else _bound(t.matrix, table),
        )
        for t in target.terms
    )
    known = {law.name for law in laws}
    unknown = [
        x.name for x in letters(target) if isinstance(x, RandomLetter) and x.name not in known
    ]
    if unknown:
        raise DeclarationError(
            f"{unknown[0]} is random, but its law is not among the laws to be drawn; add it to them."
        )
    nodes = [node for tree in target.trees for node in _nodes(tree)]
    spaces = [d for node in nodes for d in shape(node)] + [
        d for law in laws for d in dimensions_of(law)
    ]
    one = np.eye(copies)
    ordered = tuple(sorted(laws, key=lambda law: law.name))
    return _Experiment(
        Target(terms, target.shape),
        ordered,
        {
            x.name: np.kron(one, _fitting(x, values))
            for x in letters(target)
            if x.name in values.matrices
        },
        {d: copies * _extent(d, values) for d in dict.fromkeys((*spaces, *values.dimensions))},
        tuple(_parameters(law, table, copies) for law in ordered),
        copies,
        real,
        probes(target, values),
    )


def _parameters(law: Law, table: Mapping[Symbol, complex], copies: int) -> dict[Expr, complex]:
    """Numbers for what a law holds beside dimensions; a variance shrinks as the spaces grow."""
    variance = getattr(law, "variance", None)
    if not isinstance(variance, Expr):
        return {}
    return {variance: _number(variance, table) / copies}


def _dense(name: str, values: Values) -> Array:
    """The matrix of a letter; a spectrum becomes a diagonal one."""
    value = values.matrices[name]
    if not isinstance(value, Spectrum):
        return value if value.ndim == 2 else np.diag(value)
    if not value.uniform:
        raise ValueMissing(
            f"{name} is valued by a spectrum with unequal weights, which is no matrix that could be sampled; "
            "give check the eigenvalues without weights, or an array."
        )
    return np.diag(value.eigenvalues)


def _fitting(letter: MatrixSymbol, values: Values) -> Array:
    """The matrix of a letter, refused where a spectrum has fewer or more eigenvalues than the
    matrix has rows.
    """
    matrix = _dense(letter.name, values)
    expected = tuple(_extent(d, values) for d in letter.shape)
    if matrix.shape != expected:
        raise ShapeError(
            f"{letter.name} is given in a basis of {max(matrix.shape)} eigenvalues, but its dimension is {max(expected)}; "
            "sampling needs as many eigenvalues as rows, give them without weights or give arrays."
        )
    return matrix


def _bias_order(experiment: _Experiment, seed: np.random.SeedSequence) -> int:
    """2 for complex matrices whose law holds exactly at this size, else 1."""
    drawn = experiment.draw(np.random.default_rng(seed))
    exact = all(_divides(law, experiment.sizes[law.shape[0]]) for law in experiment.laws)
    return 2 if exact and all(np.iscomplexobj(matrix) for matrix in drawn.values()) else 1


def _divides(law: Law, n: int) -> bool:
    """Whether n eigenvalues can have the weights of the law."""
    atoms = law.atoms_and_weights()
    return atoms is None or all((n * weight).is_Integer for weight in atoms[1])
