"""Equations of an equivalent as LaTeX: one aligned display."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr, Inverse, MatPow, MatrixSymbol, Symbol, Transpose

from planar.derivation.equivalent import Equivalent
from planar.formulas.latex import bracket, latex
from planar.formulas.naming import named_resolvents
from planar.formulas.quantities import Ridge
from planar.writing.latex.broken_lines import PAGE, fitted, lines_of, long_term, width
from planar.writing.latex.display import Row, result_rows

__all__ = ["equations", "shortened"]


def equations(equivalent: Equivalent, page: int = PAGE) -> str:
    """The result and its definitions as an ``align*`` environment, in reading order.

    ``page`` is the glyphs of a line.
    """
    lines = list[str]()
    for left, right, sign in shortened(result_rows(equivalent), equivalent, page):
        lines += fitted(latex(left), lines_of(left, right, sign, page), page)
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def shortened(rows: list[Row], equivalent: Equivalent, page: int = PAGE) -> list[Row]:
    """The rows, with names for resolvents where a line does not fit.

    The names g, g', ... have their own lines at the end.
    """
    if _widest_term(rows) <= long_term(page):
        return rows
    quantities = {d.symbol: d.quantity for d in (*equivalent.auxiliary, *equivalent.definitions)}
    ridges = {s: q for s, q in quantities.items() if isinstance(q, Ridge)}
    resolvents = list(_resolvents([right for _, right, _ in rows], ridges))
    taken = [*equivalent.problem.names, *(symbol.name for symbol in equivalent.symbols)]
    names = named_resolvents([ridge for _, ridge in resolvents], quantities.values(), taken)
    known: dict[Expr, Expr] = {}
    for (resolvent, _), name in zip(resolvents, names, strict=True):
        turned = Inverse(resolvent.args[0].T.doit())
        known[resolvent] = (
            Transpose(known[turned]) if turned in known else MatrixSymbol(name, *resolvent.shape)
        )
    own = [(g, resolvent, "=") for resolvent, g in known.items() if isinstance(g, MatrixSymbol)]
    return [*((left, _named(right, known), sign) for left, right, sign in rows), *own]


def _widest_term(rows: Iterable[Row]) -> int:
    terms = list[Expr]()
    for _, right, _ in rows:
        terms += bracket(right)[1]
    return max(width(latex(term)) for term in terms)


def _resolvents(
    expressions: Iterable[Expr], ridges: Mapping[Symbol, Ridge]
) -> Iterator[tuple[Expr, Ridge]]:
    """Inverses that hold one renormalised ridge, and it."""
    inverses = dict[Expr, None]()
    for expression in expressions:
        for node in expression.atoms(Inverse, MatPow):
            inverses[Inverse(node.args[0])] = None
    for inverse in sorted(inverses, key=lambda inverse: (len(str(inverse)), str(inverse))):
        symbols = [s for s in inverse.atoms(Symbol) if s in ridges]
        if len(symbols) == 1:
            yield inverse, ridges[symbols[0]]


def _named(expression: Expr, known: Mapping[Expr, Expr]) -> Expr:
    """The expression with its known inverses, and powers of them, under their names."""
    powers = dict[Expr, Expr]()
    for node in expression.atoms(MatPow):
        inverse = Inverse(node.args[0])
        if node not in known and inverse in known:
            powers[node] = known[inverse] ** -node.args[1]
    return expression.xreplace({**powers, **known})
