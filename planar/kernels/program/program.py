"""``Program``: what a kernel computes, in a small language that every printer reads the same way.

A program assigns named quantities one after another. Those that are given implicitly are found by a
``Block``: the Dyson iteration ``S <- R(H)``, which chooses the branch, Newton on the printed
definitions, and gamma(R, R*) as evidence. What each of these evaluates is a ``Function``,
straight-line code over the nodes of ``planar.kernels.program.nodes``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from planar.kernels.program.nodes import Node

__all__ = ["Assign", "Block", "Data", "Function", "Program", "Solve", "State"]


@dataclass(frozen=True)
class Function:
    """``returns`` from the variables of a point; ``states`` and ``unknowns`` are those that it is
    given as a vector.
    """

    name: str
    doc: str
    unknowns: tuple[str, ...]
    parameters: tuple[str, ...]
    returns: tuple[Node, ...]


@dataclass(frozen=True)
class State:
    """A self-energy of the Dyson iteration: a number, or a matrix where its letter stands ``size``
    > 1 times.
    """

    name: str
    size: int

    @property
    def length(self) -> int:
        return self.size**2


@dataclass(frozen=True)
class Block:
    """A set of implicit definitions and how they are solved.

    ``initial``, ``sweep`` and ``quantities`` are the Dyson iteration: R(0), one step, and the
    unknowns from its state (none where ``states`` is empty; ``quantities`` is then where Newton
    starts). ``equations`` returns first the residuals with denominators cleared, then their
    Jacobian row by row, then the denominators. ``evidence`` returns gamma(R, R*), None where the
    equations are linear. ``damping`` is the weight of a sweep for positive parameters and for
    others; ``positive`` says that for positive parameters the one positive solution is the physical
    one, ``certain`` that at any parameters a small residual with gamma(R, R*) < 1 proves the branch
    (one self-energy between positive letters: the ladder keeps the sign of the imaginary part);
    ``settles`` that Newton has no start of its own and damped substitution brings one.
    """

    name: str
    unknowns: tuple[str, ...]
    parameters: tuple[str, ...]
    states: tuple[State, ...]
    initial: Function | None
    sweep: Function | None
    quantities: Function
    equations: Function
    evidence: Function | None
    damping: tuple[float, float]
    positive: bool
    certain: bool
    settles: bool

    def functions(self) -> list[tuple[str, Function]]:
        """The functions that there are, each with what its vector is called."""
        every = (self.initial, self.sweep, self.quantities, self.equations, self.evidence)
        kinds = ("", "state", "state", "unknowns", "unknowns")
        return [(kind, f) for kind, f in zip(kinds, every, strict=True) if f is not None]


@dataclass(frozen=True)
class Assign:
    """``name = value``, both scalars."""

    name: str
    value: Node


@dataclass(frozen=True)
class Solve:
    """``names`` are the unknowns of the block at these ``parameters``, which hold the ``scalars``
    of the formula.

    Where they are ``led``, the parameters say where Newton starts, be there a solution at
    neighbouring points or not.
    """

    names: tuple[str, ...]
    block: Block
    parameters: tuple[str, ...]
    scalars: tuple[str, ...]
    led: bool = False


@dataclass(frozen=True)
class Data:
    """An array of the program: eigenvalues ("d"), a dense matrix ("m"), the diagonal of one
    ("diagonal").
    """

    name: str
    kind: str
    shape: tuple[Node, Node]


@dataclass(frozen=True)
class Program:
    """Inputs, steps in order, the right-hand side and what it is.

    ``scalars`` vary from point to point, ``dimensions`` are integers. ``named`` are the quantities
    of the formula in its order, and after them those that only the evidence holds. ``evidence`` is
    gamma where nothing is implicit. ``whole`` says that matrices over the space of the spectral
    letter are needed, so that its eigenvalues have no weights.
    """

    lhs: str
    formula: tuple[str, ...]
    scalars: tuple[str, ...]
    dimensions: tuple[str, ...]
    data: tuple[Data, ...]
    spectral: str | None
    steps: tuple[Assign | Solve, ...]
    named: tuple[str, ...]
    evidence: Node | None
    value: Node
    shape: tuple[Node, Node] | None
    complex_: bool
    blocks: tuple[Block, ...] = field(default=())
    whole: bool = False
