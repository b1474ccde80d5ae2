"""Equations of an equivalent as LaTeX: one aligned display, and a document of the derivation's steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr, Inverse, MatMul, MatPow, MatrixSymbol, Mul, Symbol

from planar.equivalent import Equivalent
from planar.expression.symbols import tr
from planar.latex.display import folded, shown_definitions, trace_names
from planar.latex.printer import bracket, latex
from planar.steps import Step

__all__ = ["equations", "steps_document"]


def equations(equivalent: Equivalent) -> str:
    """The result and its definitions as an ``align*`` environment, in reading order."""
    rows = [(equivalent.lhs, folded(equivalent.rhs, trace_names(equivalent)), _relation(equivalent))]
    rows += [(d.symbol, expr, "=") for d, expr in shown_definitions(equivalent)]
    return _align(_short(rows))


def _relation(equivalent: Equivalent) -> str:
    """The sign of equivalence, an arrow where limits were taken."""
    arrows = ", ".join(rf"{latex(symbol)} \to {latex(point)}" for symbol, point in equivalent.limits)
    return rf"\xrightarrow{{{arrows}}}" if arrows else r"\simeq"


def _short(rows: list[tuple[Expr, Expr, str]]) -> list[tuple[Expr, Expr, str]]:
    """Where a line does not fit, resolvents get the names g, g', ... with their own lines at the end."""
    terms = [latex(t) for _, right, _ in rows for t in bracket(right)[1]]
    if max(_width(t) for t in terms) <= _PAGE - 20:
        return rows
    known = {core: MatrixSymbol(name, *core.shape) for core, name in _resolvents(right for _, right, _ in rows)}
    return [*((left, _named(right, known), r) for left, right, r in rows), *((g, core, "=") for core, g in known.items())]


def _resolvents(expressions: Iterable[Expr]) -> Iterator[tuple[Expr, str]]:
    """Inverses that hold a kappa, named after it."""
    found: dict[Expr, None] = {}
    for expression in expressions:
        for node in expression.atoms(Inverse, MatPow):
            found[Inverse(node.args[0])] = None
    for core in sorted(found, key=lambda c: (len(str(c)), str(c))):
        kappas = sorted(s.name for s in core.atoms(Symbol) if s.name.startswith("kappa"))
        if len(kappas) == 1:
            yield core, "g" + kappas[0].removeprefix("kappa")


def _named(expression: Expr, known: Mapping[Expr, Expr]) -> Expr:
    found = [(node, Inverse(node.args[0])) for node in expression.atoms(MatPow) if node not in known]
    powers = {node: known[core] ** -node.args[1] for node, core in found if core in known}
    return expression.xreplace({**powers, **known})


def _align(rows: Iterable[tuple[Expr, Expr, str]]) -> str:
    lines = [line for left, right, relation in rows for line in _lines(left, right, relation)]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _lines(left: Expr, right: Expr, relation: str) -> list[str]:
    """One line, or where that is too long for a page one line a term of the bracket."""
    whole = latex(right)
    head, terms = bracket(right)
    if _width(latex(left) + whole) <= _PAGE or len(terms) < 2:
        return [f"{latex(left)} &{relation} {whole}"]
    opening, closing = (rf"{latex(head)} \Bigl[", r"\Bigr]") if head != 1 else ("", "")
    parts = [latex(part) for term in terms for part in _parted(term)]
    lines = [rf"{latex(left)} &{relation} {opening} {parts[0]}"]
    lines += [rf"&\qquad {part if part.startswith('-') else '+ ' + part}" for part in parts[1:]]
    lines[-1] += closing
    return lines


def _parted(term: Expr) -> list[Expr]:
    """A term whose coefficient is a long sum, as one term for each of its parts."""
    scalars = [a for a in term.args if not a.is_Matrix] if isinstance(term, MatMul) else []
    factors = Mul.make_args(Mul(*scalars))
    total = next((f for f in factors if f.is_Add and f.has(tr)), None)
    if total is None or _width(latex(term)) <= _PAGE - 20:
        return [term]
    rest = Mul(*(f for f in factors if f != total))
    matrices = [a for a in term.args if a.is_Matrix]
    return [MatMul(part * rest, *matrices) for part in total.args]


_PAGE = 62
"""About how many glyphs fit on a line of a single-column page."""


def _width(text: str) -> int:
    """Roughly the number of glyphs; a fraction counts its longer part."""
    text = re.sub(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", lambda m: max(m[1], m[2], key=len), text)
    text = re.sub(r"\\(left|right|operatorname|mathrm|mathsf)", "", text)
    return len(re.sub(r"\\[a-zA-Z]+|[{}^_\s]", lambda m: "x" if m[0].startswith("\\") else "", text))


def steps_document(equivalent: Equivalent, steps: Iterable[Step]) -> str:
    """The derivation as a standalone document for pdflatex."""
    names = trace_names(equivalent)
    parts = [
        r"\documentclass{article}",
        r"\usepackage{amsmath,amssymb}",
        r"\usepackage[margin=25mm]{geometry}",
        r"\begin{document}",
        r"\section*{Deterministic equivalent}",
        equations(equivalent),
    ]
    for step in steps:
        parts += [rf"\paragraph{{{step.title}.}}", _prose(step.reason)]
        if step.equations:
            relation = _relation(equivalent) if step.title == "Result" else "="
            known = {v: k for k, v in names.items()}
            rows = [(left, known.get(left, folded(right, names)), relation) for left, right in step.equations]
            parts.append(_align(_short(rows)))
    return "\n".join([*parts, r"\end{document}", ""])


def _prose(text: str) -> str:
    for plain, mathematics in (("1/(1 - gamma)", r"$1/(1-\gamma)$"), ("s = R(h)", "$s = R(h)$"), ("S = 1/s", "$S = 1/s$")):
        text = text.replace(plain, mathematics)
    return text
