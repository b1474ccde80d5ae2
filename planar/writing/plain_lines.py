"""An equivalent as plain text: the lines one writes on a blackboard, and the line of Python."""

from __future__ import annotations

from planar.derivation.equivalent import Equivalent
from planar.formulas.chalk import chalk
from planar.writing.latex.display import folded, shown_definitions, trace_names

__all__ = ["as_python", "blackboard"]

ONE_SIDED = (
    "the formula of one region: others, in sizes or scalars, have another one, not known in "
    "closed form; the kernel follows the branch"
)


def blackboard(equivalent: Equivalent) -> str:
    """The equivalent and its definitions, one a line."""
    rhs = folded(equivalent.rhs, trace_names(equivalent))
    limits = "".join(f"{chalk(s)} → {chalk(point)}: " for s, point in equivalent.limits)
    lines = [f"{limits}{chalk(equivalent.lhs)} ≃ {chalk(rhs)}"]
    lines += [f"  {chalk(d.symbol)} = {chalk(expr)}" for d, expr in shown_definitions(equivalent)]
    if equivalent.one_sided:
        lines.append(f"  ({ONE_SIDED})")
    if not equivalent.closed:
        lines.append("  (no closed form: a named fixed-point system, solved by the kernel)")
    return "\n".join(lines)


def as_python(equivalent: Equivalent) -> str:
    """The line of Python that makes the equivalent."""
    pairs = "" if not equivalent.commuting else f", commuting={equivalent.commuting!r}"
    text = f"derive({equivalent.lhs!r}{pairs})"
    text += "".join(f".limit({symbol!r}, {point!r})" for symbol, point in equivalent.limits)
    if equivalent.derived is None:
        return text
    rows = ", ".join(f"{d.symbol!r}: {d.expr!r}" for d in equivalent.definitions)
    return f"{text}.restate({equivalent.rhs!r}, {{{rows}}})"
