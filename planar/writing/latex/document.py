"""Equations of an equivalent as LaTeX: one aligned display."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr, Inverse, MatMul, MatPow, MatrixSymbol, Mul, Symbol, Transpose

from planar.derivation.equivalent import Equivalent
from planar.formulas.latex import bracket, latex
from planar.formulas.naming import named_resolvents
from planar.formulas.order import scalar_terms
from planar.formulas.quantities import Ridge
from planar.formulas.symbols import tr
from planar.writing.latex.display import folded, shown_definitions, trace_names

__all__ = ["PAGE", "equations", "fitted", "lines_of", "shortened", "width"]

PAGE = 62
"""About how many glyphs fit on a line of a single-column page."""


def equations(equivalent: Equivalent, page: int = PAGE) -> str:
    """The result and its definitions as an ``align*`` environment, in reading order; ``page`` is
    the glyphs of a line.
    """
    rows = [
        (equivalent.lhs, folded(equivalent.rhs, trace_names(equivalent)), _relation(equivalent))
    ]
    rows += [(d.symbol, expr, "=") for d, expr in shown_definitions(equivalent)]
    return _align(shortened(rows, equivalent, page), page)


def _relation(equivalent: Equivalent) -> str:
    """The sign of equivalence, an arrow where limits were taken."""
    arrows = ", ".join(
        rf"{latex(symbol)} \to {latex(point)}" for symbol, point in equivalent.limits
    )
    return rf"\xrightarrow{{{arrows}}}" if arrows else r"\simeq"


def shortened(
    rows: list[tuple[Expr, Expr, str]], equivalent: Equivalent, page: int = PAGE
) -> list[tuple[Expr, Expr, str]]:
    """Where a line does not fit, resolvents get the names g, g', ... with their own lines at the
    end.
    """
    terms = [latex(t) for _, right, _ in rows for t in bracket(right)[1]]
    if max(width(t) for t in terms) <= page * 2 // 3 + 1:
        return rows
    known: dict[Expr, Expr] = {}
    quantities = {d.symbol: d.quantity for d in (*equivalent.auxiliary, *equivalent.definitions)}
    ridges = {s: q for s, q in quantities.items() if isinstance(q, Ridge)}
    cores = list(_resolvents([right for _, right, _ in rows], ridges))
    names = named_resolvents(
        [ridge for _, ridge in cores],
        quantities.values(),
        [*equivalent.problem.names, *(s.name for s in equivalent.symbols)],
    )
    for (core, _), name in zip(cores, names, strict=True):
        turned = Inverse(core.args[0].T.doit())
        known[core] = (
            Transpose(known[turned]) if turned in known else MatrixSymbol(name, *core.shape)
        )
    own = ((g, core, "=") for core, g in known.items() if isinstance(g, MatrixSymbol))
    return [*((left, _named(right, known), r) for left, right, r in rows), *own]


def _resolvents(
    expressions: Iterable[Expr], ridges: Mapping[Symbol, Ridge]
) -> Iterator[tuple[Expr, Ridge]]:
    """Inverses that hold one renormalised ridge, and it."""
    found: dict[Expr, None] = {}
    for expression in expressions:
        for node in expression.atoms(Inverse, MatPow):
            found[Inverse(node.args[0])] = None
    for core in sorted(found, key=lambda c: (len(str(c)), str(c))):
        held = [s for s in core.atoms(Symbol) if s in ridges]
        if len(held) == 1:
            yield core, ridges[held[0]]


def _named(expression: Expr, known: Mapping[Expr, Expr]) -> Expr:
    found = [
        (node, Inverse(node.args[0])) for node in expression.atoms(MatPow) if node not in known
    ]
    powers = {node: known[core] ** -node.args[1] for node, core in found if core in known}
    return expression.xreplace({**powers, **known})


def _align(rows: Iterable[tuple[Expr, Expr, str]], page: int) -> str:
    lines = [
        line
        for left, right, sign in rows
        for line in fitted(latex(left), lines_of(left, right, sign, page), page)
    ]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def fitted(left: str, lines: list[str], page: int = PAGE) -> list[str]:
    """The lines of one equation; a left side of half a page has a line of its own where the right
    one would not fit.
    """
    first = lines[0].removeprefix(f"{left} &")
    if width(left) <= page // 2 or width(lines[0]) <= page or first == lines[0]:
        return lines
    return [f"&{left}", rf"&\qquad {first}", *lines[1:]]


def lines_of(left: Expr, right: Expr, relation: str, page: int = PAGE) -> list[str]:
    """One line, or where that is too long for a page one line a term of the bracket."""
    whole = latex(right)
    head, terms = bracket(right)
    terms = _parted(right, page) if len(terms) < 2 else terms
    if width(latex(left) + whole) <= page:
        return [f"{latex(left)} &{relation} {whole}"]
    if len(terms) < 2:
        return _over(left, right, relation)
    opening, closing = (rf"{latex(head)} \Bigl[", r"\Bigr]") if head != 1 else ("", "")
    parts = [latex(part) for term in terms for part in _parted(term, page)]
    lines = [rf"{latex(left)} &{relation} {opening} {parts[0]}"]
    lines += [rf"&\qquad {part if part.startswith('-') else '+ ' + part}" for part in parts[1:]]
    lines[-1] += closing
    return lines


def _over(left: Expr, right: Expr, relation: str) -> list[str]:
    """A long fraction of two sums with its denominator on a line of its own; all else as it is."""
    factors = Mul.make_args(right)
    if (
        all(f.is_Add or (f.is_Pow and f.exp == -1 and f.base.is_Add) for f in factors)
        and len(factors) == 2
    ):
        above, below = (f if f.is_Add else f.base for f in sorted(factors, key=lambda f: f.is_Pow))
        numerator, denominator = (rf"\Bigl({latex(side)}\Bigr)" for side in (above, below))
        return [f"{latex(left)} &{relation} {numerator}", rf"&\qquad \Big/ {denominator}"]
    return [f"{latex(left)} &{relation} {latex(right)}"]


def _parted(term: Expr, page: int) -> list[Expr]:
    """A term whose coefficient is a long sum, as one term for each of its parts."""
    if term.is_Add:
        return list(scalar_terms(term.args))
    scalars = (
        [a for a in term.args if not a.is_Matrix]
        if isinstance(term, MatMul)
        else []
        if term.is_Matrix
        else [term]
    )
    factors = Mul.make_args(Mul(*scalars))
    total = next((f for f in factors if f.is_Add and f.has(tr)), None)
    if total is None or width(latex(term)) <= page * 2 // 3 + 1:
        return [term]
    rest = Mul(*(f for f in factors if f != total))
    matrices = [a for a in term.args if a.is_Matrix] if term.is_Matrix else []
    return [MatMul(part * rest, *matrices) if matrices else part * rest for part in total.args]


def width(text: str) -> int:
    """Roughly the number of glyphs; a fraction counts its longer part."""
    text = re.sub(
        r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}",
        lambda m: max(m[1], m[2], key=len),
        text,
    )
    text = re.sub(r"\\(left|right|operatorname|mathrm|mathsf)", "", text)
    return len(
        re.sub(r"\\[a-zA-Z]+|[{}^_\s]", lambda m: "x" if m[0].startswith("\\") else "", text)
    )
