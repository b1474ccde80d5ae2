"""What an ensemble must say of itself: free cumulants, R-transform, a polynomial relation if it has
one, a sampler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol

from planar.formulas.chalk import chalk
from planar.formulas.chalk_as_latex import mathematics
from planar.formulas.symbols import RandomLetter

__all__ = ["Array", "Law", "Relation", "in_latex"]

Array = NDArray[Any]
Relation = tuple[tuple[Expr, str], ...]
"""A polynomial relation between S = R(H) and H: pairs (coefficient, word in the letters "S" and
"H"), summing to zero.
"""


class Law(RandomLetter):
    """A random letter with its law. Subclasses override what they know; ``R(z) = sum of kappa_n
    z^(n-1)``.

    ``constants`` are the named parameters of the law (q = N/P for a Wishart matrix). ``relation``
    is a polynomial relation Phi(S, H) = 0 for S = R(H), valid for commuting matrices S and H;
    ``r_transform`` is R as a SymPy expression; a law must have one of the two, or eigenvalues
    (``atoms``).
    """

    @property
    def symmetric(self) -> bool:
        return not self.alternating

    @property
    def alternating(self) -> bool:
        """Whether all joint free cumulants of the letter X and X.T vanish but those of even blocks
        in which they alternate.

        ``free_cumulant(2n)`` is then that of such a block of 2n legs where *every* closed face, of
        the row space or of the column space, is a trace divided by one reference size, the number
        of rows; odd ones are zero. Shapes alone force this on a rectangular letter; a square one
        that is not its own transpose must say so.
        """
        return self.shape[0] != self.shape[1]

    @property
    def positive(self) -> bool:
        """Whether the letter is positive semidefinite."""
        return False

    def constants(self) -> Mapping[Symbol, Expr]:
        return {}

    def parameters_in_law(self) -> tuple[Symbol, ...]:
        """Scalar symbols that the law itself holds, beside its dimensions; they take values like
        any scalar.
        """
        return ()

    def free_cumulant(self, n: int) -> Expr:
        """kappa_n in the law's constants, n >= 1."""
        raise NotImplementedError

    def relation(self) -> Relation | None:
        return None

    def matrix_relation(self) -> Relation | None:
        """A relation for use where S is a true matrix; by default ``relation``."""
        return self.relation()

    def r_transform(self, z: Expr) -> Expr | None:
        """R(z) as an expression, None where only a relation or eigenvalues define it."""
        return None

    def atoms_and_weights(self) -> tuple[tuple[Expr, ...], tuple[Expr, ...]] | None:
        """Eigenvalues and weights where the law is given by a spectrum."""
        return None

    def sample(self, rng: np.random.Generator, size: Mapping[Expr, int], *, real: bool) -> Array:
        """One matrix; ``size`` gives the dimensions of the letter's args as integers.

        Real symmetric where ``real``, else from the complex ensemble with the same free cumulants.
        """
        raise NotImplementedError

    def written(self) -> str:
        """The law in LaTeX, as a sentence of a paper would hold it."""
        raise NotImplementedError


def in_latex(expression: Any) -> str:
    r"""A letter or a size in LaTeX, for ``written``.

    >>> from sympy import Symbol
    >>> in_latex(Symbol("N") / Symbol("P_1"))
    'N/P_{1}'
    """
    return mathematics(chalk(expression))


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
