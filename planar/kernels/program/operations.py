"""The operations of nodes in one table, for each of which a reader of nodes must have a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar, TypeVar

__all__ = [
    "DIFFERENTIABLE",
    "FUNCTIONS",
    "OPERATIONS",
    "PRINTED",
    "Function",
    "Operation",
    "Rules",
    "covering",
    "rule",
]

Pair = tuple[str, str]
"""An operation and the kind of what it makes."""
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


@dataclass(frozen=True)
class Operation:
    """What an operation is, with the kinds of its values.

    ``arity`` is the number of its arguments, None where there may be any.
    """

    what: str
    kinds: str
    arity: int | None = None
    differentiable: bool = False

    def fits(self, count: int, kind: str) -> bool:
        """Whether a node of this operation may have that many arguments and this kind."""
        return kind in self.kinds and self.arity in (None, count)


@dataclass(frozen=True)
class Function:
    """A function of scalars that ``call`` names; an analytic one has a derivative."""

    arity: int = 1
    analytic: bool = True


OPERATIONS: Mapping[str, Operation] = {
    "number": Operation("a number", "s", 0),
    "variable": Operation("a scalar by its name", "s", 0, differentiable=True),
    "let": Operation(
        "a value under the name that the formula gives it", "sedm", 1, differentiable=True
    ),
    "add": Operation("a sum of scalars or diagonals", "sd", differentiable=True),
    "mul": Operation("a product of scalars or diagonals", "sd", differentiable=True),
    "power": Operation("a positive integer power", "sd", 1, differentiable=True),
    "inverse": Operation("one over a scalar or a diagonal", "sd", 1, differentiable=True),
    "call": Operation("a function of scalars, entry by entry", "sdm", differentiable=True),
    "letter": Operation("a letter by its eigenvalues or its entries", "dm", 0),
    "diagonal": Operation("the diagonal of a letter in the eigenbasis of the spectral one", "d", 0),
    "eye": Operation(
        "a scalar times the identity, which is gone before anything is printed",
        "e",
        1,
        differentiable=True,
    ),
    "dense": Operation(
        "a scalar times the identity or a diagonal, with all entries", "m", 1, differentiable=True
    ),
    "stack": Operation("a small matrix from its entries", "m"),
    "entry": Operation("an entry of a small matrix", "s", 1),
    "matmul": Operation("a product of matrices", "m", 2, differentiable=True),
    "rows": Operation("a diagonal times a matrix", "m", 2, differentiable=True),
    "columns": Operation("a matrix times a diagonal", "m", 2, differentiable=True),
    "scale": Operation("a scalar times a matrix", "m", 2, differentiable=True),
    "madd": Operation("a sum of matrices", "m", differentiable=True),
    "transpose": Operation("the transpose", "m", 1, differentiable=True),
    "minverse": Operation("the inverse of a matrix", "m", 1, differentiable=True),
    "mean": Operation(
        "the average over the spectrum of a product of diagonals", "s", differentiable=True
    ),
    "trace": Operation("the trace of a product of matrices", "s", differentiable=True),
    "state": Operation("a self-energy of the Dyson iteration", "m", 0),
    "kron": Operation("a Kronecker product", "m", 2),
    "spectrum_step": Operation("a step of S = R(H) for a finite spectrum", "sm", 2),
    "spectrum_rung": Operation("M_S beside M_H of a finite spectrum", "m", 4),
    "half": Operation("the left or the right half of the columns", "m", 1),
    "blocks": Operation("a block diagonal matrix", "m"),
    "loops": Operation("traces of two propagators on pairs of places", "m"),
    "radius": Operation("gamma of a ladder from M_S, M_H and its loops", "s", 3),
    "near": Operation("a divided difference: quotient, or slope where the points meet", "s", 4),
    "spread": Operation("a scalar as a diagonal", "d", 1),
}
FUNCTIONS: Mapping[str, Function] = {
    "sqrt": Function(),
    "exp": Function(),
    "log": Function(),
    "sin": Function(),
    "cos": Function(),
    "power": Function(arity=2),
    "abs": Function(analytic=False),
    "real": Function(analytic=False),
    "imag": Function(analytic=False),
    "conj": Function(analytic=False),
    "max": Function(arity=2, analytic=False),
    "copysign": Function(arity=2),
}


def _pairs(operations: Mapping[str, Operation]) -> Iterator[Pair]:
    for name, operation in operations.items():
        yield from product((name,), operation.kinds)


PRINTED = frozenset((name, kind) for name, kind in _pairs(OPERATIONS) if kind != "e")
"""What a printer meets: multiples of the identity are taken apart before."""
DIFFERENTIABLE = frozenset(
    pair for pair in _pairs(OPERATIONS) if OPERATIONS[pair[0]].differentiable
)


def rule(*operations: str, kinds: str = "sedm", table: str = "text") -> Callable[[F], F]:
    """Marks a method as the rule of a reader for these operations, for values of these kinds."""

    def marked(method: F) -> F:
        pairs = _pairs({name: OPERATIONS[name] for name in operations})
        vars(method)["rules"] = [(table, (name, kind)) for name, kind in pairs if kind in kinds]
        return method

    return marked


class Rules:
    """A reader of nodes with tables of rules, one method for each operation.

    A subclass names what each table must cover.

    >>> class Half(Rules, text={("mean", "s")}): ...
    Traceback (most recent call last):
    TypeError: Half has no rule in its table text for mean.
    """

    tables: ClassVar[dict[str, dict[Pair, str]]] = {}

    def __init_subclass__(cls, **needed: Iterable[Pair]) -> None:
        super().__init_subclass__()
        cls.tables = {}
        for base in reversed(cls.__mro__):
            for name, method in vars(base).items():
                for table, pair in getattr(method, "rules", ()):
                    cls.tables.setdefault(table, {})[pair] = name
        for table, pairs in needed.items():
            uncovered = set(pairs) - cls.tables.get(table, {}).keys()
            if uncovered:
                missing = ", ".join(sorted({operation for operation, _ in uncovered}))
                raise TypeError(f"{cls.__name__} has no rule in its table {table} for {missing}.")

    def ruled(self, table: str, op: str, kind: str) -> Callable[..., Any]:
        """The rule for an operation that makes a value of this kind."""
        method: Callable[..., Any] = getattr(self, self.tables[table][op, kind])
        return method


def covering(who: str, table: Mapping[str, T], *, analytic: bool = False) -> Mapping[str, T]:
    """A table for all functions, or the analytic ones, as it is.

    Raises ``TypeError`` where one of ``FUNCTIONS`` is missing, or another function is named.

    >>> covering("a printer", dict.fromkeys(FUNCTIONS, "f") | {"tan": "tan"})
    Traceback (most recent call last):
    TypeError: a printer names the function tan, which is none of planar's.
    """
    for name, function in FUNCTIONS.items():
        if name not in table and (function.analytic or not analytic):
            raise TypeError(f"{who} has no rule for the function {name}.")
    for name in table:
        if name not in FUNCTIONS:
            raise TypeError(f"{who} names the function {name}, which is none of planar's.")
    return table
