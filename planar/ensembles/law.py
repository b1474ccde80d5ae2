"""What an ensemble states: free cumulants, R-transform, a polynomial relation, a sampler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Basic, Expr, Symbol

from planar.formulas.chalk import chalk
from planar.formulas.chalk_to_latex import chalk_to_latex
from planar.formulas.symbols import RandomLetter

__all__ = ["Array", "Law", "Relation", "in_latex"]

Array = NDArray[Any]
Relation = tuple[tuple[Expr, str], ...]
"""A polynomial relation between S = R(H) and H.

It is given as pairs (coefficient, word in the letters "S" and "H"), which sum to zero.
"""


class Law(RandomLetter):
    """A random letter with its law; subclasses override what they state.

    A law must have one of ``relation`` and ``r_transform``, or eigenvalues
    (``atoms_and_weights``); ``R(z) = sum of kappa_n z^(n-1)``.

    Parameters
    ----------
    name : str
        The letter.
    rows, cols : Expr or int
        Its shape.
    *parameters : Expr or int
        The parameters of the law. SymPy rebuilds a letter as ``type(letter)(*letter.args)`` from
        name, rows, columns and these.
    """

    @property
    def symmetric(self) -> bool:
        """Whether the letter is its own transpose: by default where it is not alternating."""
        return not self.alternating

    @property
    def alternating(self) -> bool:
        """Whether only even blocks in which X and X.T alternate have free cumulants.

        All other joint free cumulants of the letter X and X.T vanish. ``free_cumulant(2n)`` is then
        that of such a block of 2n legs where *every* closed face, of the row space or of the column
        space, is a trace divided by one reference size, the number of rows; odd ones are zero.
        Shapes alone force this on a rectangular letter; a square one that is not its own transpose
        must say so.
        """
        return self.shape[0] != self.shape[1]

    @property
    def positive(self) -> bool:
        """Whether the letter is positive semidefinite."""
        return False

    def constants(self) -> Mapping[Symbol, Expr]:
        """The named parameters of the law, such as q = N/P of a Wishart matrix.

        Returns
        -------
        Mapping
            From symbols to their values; empty by default.
        """
        return {}

    def parameters_in_law(self) -> tuple[Symbol, ...]:
        """Scalar symbols that the law itself holds, beside its dimensions.

        Returns
        -------
        tuple of Symbol
            They take values like any scalar; none by default.
        """
        return ()

    def _scalars_in(self, parameter: Basic) -> tuple[Symbol, ...]:
        """The symbols of a parameter that are not symbols of the shape, sorted by name."""
        rows, cols = self.shape
        dimensions = rows.free_symbols | cols.free_symbols
        return tuple(sorted(parameter.free_symbols - dimensions, key=str))

    def free_cumulant(self, n: int) -> Expr:
        """kappa_n in the law's constants.

        Parameters
        ----------
        n : int
            The order, at least 1.

        Returns
        -------
        Expr
            kappa_n; of an alternating letter that of a block of n legs, in units of the rows.
        """
        raise NotImplementedError

    def relation(self) -> Relation | None:
        """A polynomial relation Phi(S, H) = 0 for S = R(H), valid for commuting matrices S and H.

        Returns
        -------
        tuple of pairs, or None
            Pairs (coefficient, word in the letters "S" and "H"), which sum to zero; None (the
            default) where the law has none.
        """
        return None

    def matrix_relation(self) -> Relation | None:
        """A relation for use where S is a true matrix.

        Returns
        -------
        tuple of pairs, or None
            As ``relation``, which it is by default.
        """
        return self.relation()

    def r_transform(self, z: Expr) -> Expr | None:
        """R(z) as a SymPy expression.

        Parameters
        ----------
        z : Expr
            The argument.

        Returns
        -------
        Expr or None
            None (the default) where only a relation or eigenvalues define it.
        """
        return None

    def atoms_and_weights(self) -> tuple[tuple[Expr, ...], tuple[Expr, ...]] | None:
        """Eigenvalues and weights where the law is given by a spectrum.

        Returns
        -------
        pair of tuples of Expr, or None
            None (the default) where it is not.
        """
        return None

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        """One matrix drawn from the law.

        Parameters
        ----------
        rng : numpy.random.Generator
            The source of randomness.
        size : Mapping
            The dimensions of the letter's args as integers.
        real : bool
            Real symmetric, else from the complex ensemble with the same free cumulants.

        Returns
        -------
        numpy.ndarray
            Of the letter's shape.
        """
        raise NotImplementedError

    def written(self) -> str:
        """The law in LaTeX, as a sentence of a paper would hold it.

        Returns
        -------
        str
            A noun phrase, such as "a Haar distributed orthogonal matrix".
        """
        raise NotImplementedError


def in_latex(expression: Any) -> str:
    r"""A letter or a size in LaTeX, for ``written``.

    >>> from sympy import Symbol
    >>> in_latex(Symbol("N") / Symbol("P_1"))
    'N/P_{1}'
    """
    return chalk_to_latex(chalk(expression))


def standard(rng: np.random.Generator, rows: int, cols: int, *, real: bool) -> Array:
    """Independent standard normal entries, complex with E|x|^2 = 1 unless ``real``."""
    if real:
        return rng.standard_normal((rows, cols))
    pair = rng.standard_normal((2, rows, cols))
    return (pair[0] + 1j * pair[1]) / np.sqrt(2)


def haar(rng: np.random.Generator, n: int, *, real: bool) -> Array:
    """A Haar orthogonal or unitary matrix, by QR with the phases of R divided out."""
    q, r = np.linalg.qr(standard(rng, n, n, real=real))
    phases = np.diagonal(r) / np.abs(np.diagonal(r))
    result: Array = q * phases
    return result
