"""The derivation in order: expansion, diagrams, one-point theory, ladder, the result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sympy import Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.derive import Worked, derive, worked_out
from planar.derivation.equivalent import Equivalent
from planar.derivation.proof.first_lines import (
    expansions,
    first_diagrams,
    first_orders,
    random_inverses,
    written_tree,
)
from planar.derivation.proof.ladder_steps import LADDER, belongs_to_rungs, ladder_steps
from planar.derivation.proof.one_point_steps import CLOSING, MEANING, one_point_steps
from planar.derivation.proof.parts import Figure, Line, Step
from planar.expression.tree import Inv
from planar.formulas.chalk import symbol_chalk

__all__ = ["steps"]


def steps(equivalent: Equivalent) -> tuple[Step, ...]:
    """The steps of one derivation; those of a limit are the steps before it, and the limit itself.

    The expression is worked out again together with its resolvents, so that each of these has a
    line of its own.
    """
    if equivalent.limits:
        before = steps(derive(equivalent.lhs, commuting=equivalent.letter_pairs))
        return (*before, _limit(equivalent))
    inverses = _resolvents(equivalent)
    worked = worked_out(equivalent.problem, side_trees=inverses)
    orders = first_orders(equivalent)
    derivation = [
        _expansion(equivalent, (*expansions(inverses), *([orders] if orders else []))),
        _rule(equivalent),
        *one_point_steps(worked, _dressed(worked, inverses)),
        *ladder_steps(worked),
        Step("Result", "Put together:", (Line(equivalent.lhs, equivalent.rhs, "expectation"),)),
    ]
    return tuple(_with_definitions(derivation, worked.formula.auxiliary))


def _resolvents(equivalent: Equivalent) -> tuple[Inv, ...]:
    """The resolvents of an expression, each once."""
    inverses: dict[Inv, None] = {}
    for tree in equivalent.target.trees:
        inverses.update(dict.fromkeys(random_inverses(tree)))
    return tuple(inverses)


def _dressed(worked: Worked, inverses: Iterable[Inv]) -> tuple[Line, ...]:
    """The equivalent of every resolvent."""
    sides = zip(inverses, worked.sides, strict=True)
    return tuple(Line(written_tree(tree), side, "expectation") for tree, side in sides)


def _with_definitions(
    derivation: Sequence[Step], definitions: Sequence[Definition]
) -> Iterator[Step]:
    """The steps with the definitions that their lines need.

    Those of ratios and one-point quantities come before those of rungs.
    """
    below = Dependence(definitions).below(_symbols(derivation))
    needed = [d for d in definitions if d.symbol in below]
    for step in derivation:
        if step.title not in (CLOSING, LADDER, MEANING):
            yield step
            continue
        of_ladder = step.title == LADDER
        displayed = (d for d in needed if belongs_to_rungs(d) == of_ladder)
        lines = tuple(Line(d.symbol, d.expr) for d in displayed)
        if lines or step.lines:
            yield replace(step, lines=(*lines, *step.lines))


def _symbols(derivation: Iterable[Step]) -> set[Symbol]:
    """The symbols that the lines of a derivation hold."""
    symbols: set[Symbol] = set()
    for step in derivation:
        for line in step.lines:
            symbols |= line.left.atoms(Symbol) | line.right.atoms(Symbol)
        for _, value in step.given:
            symbols |= value.atoms(Symbol)
    return symbols


def _expansion(equivalent: Equivalent, lines: tuple[Line, ...]) -> Step:
    return Step(
        "Expansion",
        "Every inverse is expanded around its deterministic part. To leading order in the "
        "dimensions the expectation of each word is the sum over the non-crossing partitions of "
        "its random letters whose blocks hold letters of one ensemble. "
        f"The assumptions are these: {_spelled(equivalent)}.",
        lines,
    )


def _spelled(equivalent: Equivalent) -> str:
    """The assumptions with the letters' names as formulas."""
    names = sorted((x.name for x in (*equivalent.letters, *equivalent.laws)), key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w\\]){re.escape(name)}(?![\w'])" for name in names)
    parts = re.split(r"(\$[^$]*\$)", "; ".join(equivalent.assumptions))
    return "".join(
        p if p.startswith("$") or not names else re.sub(pattern, _as_formula, p) for p in parts
    )


def _as_formula(match: re.Match[str]) -> str:
    return f"`{symbol_chalk(match[0])}`"


def _rule(equivalent: Equivalent) -> Step:
    return Step(
        "Value of a diagram",
        "A block of `n` letters of one ensemble contributes its free "
        f"cumulant{_cumulant(equivalent)}; the word between two consecutive legs of a "
        "block is a closed face and contributes its normalised trace; what no block encloses is "
        "the open word. Where a letter alternates with its transpose, every face counts in units "
        "of the rows of that letter.",
        figures=_diagram_figures(equivalent),
    )


def _diagram_figures(equivalent: Equivalent) -> tuple[Figure, ...]:
    """The first diagrams of the whole, where they are few."""
    shown = first_diagrams(equivalent)
    if not shown:
        return ()
    order = len(shown[0].walk.random)
    caption = f"All planar diagrams with {order} random letters, each with its value."
    return (Figure("diagrams", caption, diagrams=shown),)


def _cumulant(equivalent: Equivalent) -> str:
    """How the free cumulants of the first random letter are written."""
    names = [symbol_chalk(law.name) for law in equivalent.laws[:1]]
    return "".join(f", `κₙ({name})` for the letter `{name}`" for name in names)


def _limit(equivalent: Equivalent) -> Step:
    lines = [Line(d.symbol, d.expr) for d in equivalent.definitions]
    return Step(
        "Limit",
        "In the limit the equations become",
        (*lines, Line(equivalent.lhs, equivalent.rhs, "expectation")),
    )
