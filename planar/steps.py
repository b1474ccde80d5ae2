"""The derivation as data: each step with its reason, its equations and the order of the diagrams that show it."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Function, Symbol

from planar.equivalent import Definition, Dyson, Equivalent

__all__ = ["Step", "steps"]


@dataclass(frozen=True)
class Step:
    """One step: ``equations`` are pairs (left, right) of SymPy expressions, ``order`` the diagrams that illustrate it."""

    title: str
    reason: str
    equations: tuple[tuple[Expr, Expr], ...] = ()
    order: int | None = None


def steps(equivalent: Equivalent) -> tuple[Step, ...]:
    """Expansion, the rule for a diagram, self-energies, one-point equations, the ladder, the result."""
    found = [
        Step(
            "Expansion",
            "Every inverse is expanded around its deterministic part. The expectation of each word is the sum over "
            f"non-crossing partitions of its random letters, with blocks inside one letter: "
            f"{'; '.join(equivalent.assumptions)}.",
            order=1,
        ),
        Step(
            "Value of a diagram",
            "A block of n letters of one ensemble contributes the free cumulant of order n; the word between two consecutive "
            "legs of a block is a closed face and contributes its normalised trace; what stays outside of all blocks is the "
            "open word.",
            order=2,
        ),
    ]
    if equivalent.iteration:
        found.append(
            Step(
                "Self-energy",
                "The block that holds the first random letter, its interior dressed, sums to s = R(h), with R the R-transform "
                "of the ensemble and h the normalised trace of the dressed propagator between two occurrences of its letter; "
                "where a letter multiplies, papers write S = 1/s.",
                tuple(_law(d) for d in equivalent.iteration if len(d.entries) == 1),
                order=2,
            )
        )
    one_point = [d for d in equivalent.definitions if d.implicit or d.symbol.name[0] == "S"]
    if one_point:
        closing = "Each resolvent is scaled so that its leading word has coefficient one; what is left are the equations"
        found.append(Step("One-point equations", f"{closing} of the renormalised quantities.", _pairs(one_point)))
    rungs = ("rho", "gamma", "df2", "sigma", "eta")
    ladder = [d for d in equivalent.definitions if d.symbol.name.startswith(rungs) and not d.implicit]
    if ladder:
        found.append(
            Step(
                "Ladder",
                "Blocks with legs in two resolvents are rungs. The amplitude of a rung enters linearly, with the divided "
                "difference of R as its weight; rungs nest, and their geometric series is 1/(1 - gamma).",
                _pairs(ladder),
                order=2,
            )
        )
    found.append(Step("Result", "Put together:", ((equivalent.lhs, equivalent.rhs),)))
    return tuple(found)


def _law(dyson: Dyson) -> tuple[Expr, Expr]:
    r = Function(f"R_{dyson.law.name}")
    return dyson.entries[0][0], r(dyson.overlaps[0][0])


def _pairs(definitions: list[Definition]) -> tuple[tuple[Symbol, Expr], ...]:
    return tuple((d.symbol, d.expr) for d in definitions)
