"""``Program``: what a kernel computes, in a small language that every printer reads the same way.

A program assigns named quantities one after another. Those that are given implicitly are found by a
``Block``: the Dyson iteration ``S <- R(H)``, which chooses the branch, Newton on the printed
definitions, and gamma(R, R*) as evidence. What each of these evaluates is a ``Function``,
straight-line code over the nodes of ``planar.kernels.program.nodes``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from planar.kernels.program.nodes import Node

__all__ = ["Assign", "Block", "Data", "Function", "Program", "Role", "Solve", "State"]


class Role(StrEnum):
    """What a function of a block computes; the value is its name in printed modules."""

    INITIAL = "initial"
    SWEEP = "sweep"
    QUANTITIES = "quantities"
    EQUATIONS = "equations"
    EVIDENCE = "evidence"
    CHANGE = "change"

    @property
    def vector(self) -> str:
        """What the vector is called that a function is given, empty where there is none."""
        match self:
            case Role.INITIAL:
                return ""
            case Role.SWEEP | Role.QUANTITIES:
                return "state"
            case _:
                return "unknowns"


@dataclass(frozen=True)
class Function:
    """``returns`` from the variables of a point.

    ``unknowns`` are those that it is given as a vector: self-energies or unknowns of the block.
    """

    role: Role
    doc: str
    unknowns: tuple[str, ...]
    parameters: tuple[str, ...]
    returns: tuple[Node, ...]


@dataclass(frozen=True)
class State:
    """A self-energy of the Dyson iteration.

    It is a number, or a matrix where its letter stands ``size`` > 1 times.
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

    def functions(self) -> list[Function]:
        """The functions that there are, in the order in which modules hold them."""
        slots = (self.initial, self.sweep, self.quantities, self.equations, self.evidence)
        return [f for f in slots if f is not None]


@dataclass(frozen=True)
class Assign:
    """``name = value``, both scalars."""

    name: str
    value: Node


@dataclass(frozen=True)
class Solve:
    """``names`` are the unknowns of the block at these ``parameters``.

    ``scalars`` are those of the formula that the parameters hold. Where the unknowns are ``led``,
    the parameters say where Newton starts, be there a solution at neighbouring points or not.
    """

    names: tuple[str, ...]
    block: Block
    parameters: tuple[str, ...]
    scalars: tuple[str, ...]
    led: bool = False


@dataclass(frozen=True)
class Data:
    """An array of the program: eigenvalues, a dense matrix or the diagonal of one."""

    name: str
    kind: Literal["d", "m", "diagonal"]
    shape: tuple[Node, Node]

    @property
    def variable(self) -> str:
        """What the array is called in printed modules."""
        return f"{self.name}_diagonal" if self.kind == "diagonal" else self.name


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
