"""The derivation in order: expansion, diagrams, irreducible part, Dyson's equation, rung and
ladder, the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sympy import Symbol

from planar.derivation.definitions import Definition, Dependence
from planar.derivation.derive import Worked, derive, worked_out
from planar.derivation.equivalent import Dyson, Equivalent
from planar.derivation.proof.first_lines import (
    expansions,
    first_diagrams,
    first_orders,
    joint,
    random_inverses,
    written_tree,
)
from planar.derivation.proof.parts import Figure, Line, Step
from planar.derivation.proof.rungs import live_rungs, rung_lines
from planar.derivation.proof.self_energies import (
    Given,
    r_series,
    self_energies,
    sizes_of_blocks,
    through_self_energies,
)
from planar.formulas.chalk import symbol_chalk
from planar.formulas.naming import named
from planar.formulas.quantities import Overlap, Pivot, RungEnergy, RungOverlap, SelfEnergy, of_rungs

__all__ = ["steps"]

_LEGS = 9
"""Legs in all that a figure of blocks has room for."""
_MEANING = "Definitions"
_CLOSING, _LADDER = "One-point equations", "Rung and ladder"


def steps(equivalent: Equivalent) -> tuple[Step, ...]:
    """The steps of one derivation; those of a limit are the steps before it, and the limit itself.

    The expression is worked out again together with its resolvents, so that each of these has a
    line of its own.
    """
    if equivalent.limits:
        return (
            *steps(derive(equivalent.lhs, commuting=equivalent.letter_pairs)),
            _limit(equivalent),
        )
    inverses = tuple(
        dict.fromkeys(
            inverse for tree in equivalent.target.trees for inverse in random_inverses(tree)
        )
    )
    worked = worked_out(equivalent.problem, beside=inverses)
    sides = zip(inverses, worked.sides, strict=True)
    dressed = tuple(Line(written_tree(tree), side, "expectation") for tree, side in sides)
    orders = first_orders(equivalent)
    found = [
        _expansion(equivalent, (*expansions(inverses), *([orders] if orders else []))),
        _rule(equivalent),
        *_one_point(worked, dressed),
        *_ladder(worked),
        Step("Result", "Put together:", (Line(equivalent.lhs, equivalent.rhs, "expectation"),)),
    ]
    return tuple(_defined(found, worked.formula.auxiliary))


def _defined(found: list[Step], definitions: Sequence[Definition]) -> Iterator[Step]:
    """The steps with the definitions that their lines need, ratios and one-point quantities before
    those of rungs.
    """
    held = {
        s
        for step in found
        for line in step.lines
        for side in (line.left, line.right)
        for s in side.atoms(Symbol)
    }
    held |= {s for step in found for _, value in step.given for s in value.atoms(Symbol)}
    below = Dependence(definitions).below(held)
    needed = [d for d in definitions if d.symbol in below]
    for step in found:
        if step.title not in (_CLOSING, _LADDER, _MEANING):
            yield step
            continue
        lines = tuple(
            Line(d.symbol, d.expr)
            for d in needed
            if _belongs_to_rungs(d) == (step.title == _LADDER)
        )
        if lines or step.lines:
            yield replace(step, lines=(*lines, *step.lines))


def _expansion(equivalent: Equivalent, lines: tuple[Line, ...]) -> Step:
    return Step(
        "Expansion",
        "Every inverse is expanded around its deterministic part. To leading order in the dimensions the expectation of each "
        "word is the sum over the non-crossing partitions of its random letters whose blocks hold letters of one ensemble. "
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


def _as_formula(found: re.Match[str]) -> str:
    return f"`{symbol_chalk(found[0])}`"


def _rule(equivalent: Equivalent) -> Step:
    shown = first_diagrams(equivalent)
    order = len(shown[0].walk.random) if shown else 0
    figures = (
        (
            Figure(
                "diagrams",
                f"All planar diagrams with {order} random letters, each with its value.",
                diagrams=shown,
            ),
        )
        if shown
        else ()
    )
    return Step(
        "Value of a diagram",
        f"A block of `n` letters of one ensemble contributes its free cumulant{_cumulant(equivalent)}; the word between two "
        "consecutive legs of a "
        "block is a closed face and contributes its normalised trace; what no block encloses is the open word. Where a letter "
        "alternates with its transpose, every face counts in units of the rows of that letter.",
        figures=figures,
    )


def _spoken(equivalent: Equivalent) -> tuple[str, ...]:
    """How s, h, sigma, eta and gamma are called in sentences, beside the names that the user holds."""
    letter = equivalent.laws[0].name if equivalent.laws else ""
    pair = Pivot(1, (0, 0), letter)
    kinds = (
        SelfEnergy(0, letter),
        Overlap(0, letter),
        RungEnergy(0, letter),
        RungOverlap(0, letter),
        pair,
    )
    return tuple(symbol_chalk(s.name) for s in named(kinds, equivalent.problem.names).values())


def _cumulant(equivalent: Equivalent) -> str:
    """How the free cumulants of the first random letter are written."""
    names = [symbol_chalk(law.name) for law in equivalent.laws[:1]]
    return "".join(f", `κₙ({name})` for the letter `{name}`" for name in names)


def _one_point(worked: Worked, dressed: tuple[Line, ...]) -> Iterator[Step]:
    iteration = worked.equivalent.iteration
    given: Given = []
    s, h, *_ = _spoken(worked.equivalent)
    if iteration:
        first = {dyson.law.name: dyson for dyson in reversed(iteration)}
        taken = {
            symbol_chalk(x.name) for x in (*worked.equivalent.letters, *worked.equivalent.laws)
        }
        energy = next(name for name in ("Σ", "Π", "Ξ", "Υ") if name not in taken or name == "Υ")
        figures = []
        for name in sorted(first):
            letter, mate = _letters(first[name])
            sizes, more = sizes_of_blocks(first[name])
            shown = tuple(n for k, n in enumerate(sizes) if k == 0 or sum(sizes[: k + 1]) <= _LEGS)
            more = more or len(shown) < len(sizes)
            caption = f"The one-particle-irreducible part of `{letter}`: one block holds both ends; thick lines are dressed."
            figures.append(
                Figure("irreducible", caption, letter, mate, energy, sizes=shown, more=more)
            )
        yield Step(
            "One-particle-irreducible part",
            "Cut every diagram of a resolvent where no block passes above the line. A piece that cannot be cut further is one "
            f"block with dressed lines between its legs, so that these pieces sum to `{s} = R({h})`: `R` is the R-transform of "
            f"the ensemble, `{h}` the normalised trace of the dressed resolvent between two occurrences of its letter. Where a "
            f"letter has several occurrences in one resolvent, `{s}` and `{h}` are matrices between them.",
            (*r_series(worked), *self_energies(worked, given)),
            tuple(figures),
            tuple(given),
        )
        yield Step(
            "Dyson's equation",
            "A dressed resolvent is the geometric series of its irreducible pieces: its inverse is the deterministic part "
            "with every random letter replaced by its self-energy. Each is scaled so that its leading word has coefficient 1.",
            (*through_self_energies(worked), *dressed),
            (
                Figure(
                    "dyson",
                    "Dyson's equation: the thick line is the dressed resolvent, the thin one the bare one.",
                    energy=energy,
                ),
            ),
        )
        yield Step(
            _CLOSING, "With the self-energies expressed through traces, these equations close:"
        )
    else:
        yield Step(_MEANING, "The result is written in these quantities:")


def _ladder(worked: Worked) -> Iterator[Step]:
    given: Given = []
    lines = list(rung_lines(worked, given))
    _, h, sigma, eta, gamma = _spoken(worked.equivalent)
    equations, systems = live_rungs(worked), worked.formula.stage.solved.ladder.systems
    if (
        not equations
        and not systems
        and not any(_belongs_to_rungs(d) for d in worked.equivalent.definitions)
    ):
        return
    names = dict.fromkeys(name for e in equations for name in e.letters)
    names.update(dict.fromkeys(name for _, _, name in systems))
    figures = []
    for dyson in {
        d.law.name: d for d in reversed(worked.equivalent.iteration) if d.law.name in names
    }.values():
        letter, mate = _letters(dyson)
        sizes, more = sizes_of_blocks(dyson)
        sizes = tuple(n for n in sizes if n > 1)[:2]
        caption = (
            f"The rung of `{letter}`: blocks with legs in both resolvents; thick lines are dressed."
        )
        figures.append(Figure("rung", caption, letter, mate, sizes=sizes, more=more))
    if equations or systems:
        caption = "The summed ladder, hatched: what joins the resolvents, and one rung before the same again."
        figures.append(Figure("ladder", caption, joint(worked.equivalent.target)))
    yield Step(
        _LADDER,
        f"Blocks with legs in two resolvents are rungs. A rung has the amplitude `{sigma}`, which is the off-diagonal entry of "
        f"`R({h})` between the resolvents, a divided difference of `R` times the overlap `{eta}` there. That overlap holds "
        "what joins the resolvents and, once more, a rung: the equations are linear, and their geometric series is "
        f"`1/(1 - {gamma})`.",
        tuple(lines),
        tuple(figures),
        tuple(given),
    )


def _letters(dyson: Dyson) -> tuple[str, str]:
    """The letter in chalk, and what it alternates with along a block."""
    name = symbol_chalk(dyson.law.name)
    return name, name + "ᵀ" if dyson.law.alternating else ""


def _limit(equivalent: Equivalent) -> Step:
    lines = [Line(d.symbol, d.expr) for d in equivalent.definitions]
    return Step(
        "Limit",
        "In the limit the equations become",
        (*lines, Line(equivalent.lhs, equivalent.rhs, "expectation")),
    )


def _belongs_to_rungs(definition: Definition) -> bool:
    return of_rungs(definition.quantity) and not definition.implicit
