"""SymPy expressions as numpy source, with the kind of every value known: scalar, identity multiple, diagonal, dense.

All scalars carry a leading axis of points, diagonals two axes (points, n), dense matrices three; an unbatched value simply
lacks the leading axis and broadcasts.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sympy import (
    Abs,
    Add,
    Adjoint,
    Expr,
    Float,
    I,
    Identity,
    Inverse,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    Number,
    NumberSymbol,
    Pow,
    Rational,
    S,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    conjugate,
    cos,
    exp,
    im,
    log,
    sin,
)
from sympy import re as real_part
from sympy.core.function import AppliedUndef

from planar.equivalent import STAR
from planar.errors import PlanarError

__all__ = ["Emitter", "identifiers"]

_FUNCTIONS = {
    exp: "np.exp",
    log: "np.log",
    sin: "np.sin",
    cos: "np.cos",
    conjugate: "np.conj",
    Abs: "np.abs",
    real_part: "np.real",
    im: "np.imag",
}


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """Python identifiers for names of symbols and letters, unique, ``lambda`` as ``lam``, primes as ``_p``.

    >>> identifiers(["lambda", "kappa'", "df2(kappa, kappa')"])
    {'lambda': 'lam', "kappa'": 'kappa_p', "df2(kappa, kappa')": 'df2_kappa_kappa_p'}
    """
    found: dict[str, str] = {}
    for name in names:
        text = re.sub(r"'+", lambda m: "_" + "p" * len(m[0]), name.replace(STAR, "_conj"))
        text = re.sub(r"[^0-9A-Za-z_]+", "_", text).strip("_") or "x"
        text = "lam" if text == "lambda" else text
        text = text if text[0].isalpha() else f"x_{text}"
        while keyword.iskeyword(text) or text in found.values() or text in ("np", "n"):
            text += "_"
        found[name] = text
    return found


@dataclass(frozen=True)
class Code:
    """Source text of a value and its kind: "s" scalar, "e" multiple of the identity, "d" diagonal, "m" dense."""

    text: str
    kind: str
    product: bool = False


@dataclass
class Emitter:
    """Turns expressions into source. ``diagonal`` names the letter that is held by its eigenvalues, if any."""

    names: Mapping[str, str]
    diagonal: str | None = None
    diagonals: dict[str, str] = field(default_factory=dict)

    def scalar(self, expression: Expr) -> str:
        """Source of a scalar expression."""
        match expression:
            case Symbol():
                return self._symbol(expression.name)
            case _ if expression == I:
                return "1j"
            case Rational() if not expression.is_Integer:
                return f"({expression.p} / {expression.q})" if expression.p >= 0 else f"(-{-expression.p} / {expression.q})"
            case Number() | NumberSymbol():
                if not expression.is_Integer:
                    return f"({Float(expression, 17)})"
                return str(expression) if expression >= 0 else f"({expression})"
            case Trace():
                return self._trace(expression.args[0])
            case Add():
                return "(" + self._terms([(self.scalar(a), a) for a in expression.args]) + ")"
            case Mul():
                return self._product(expression)
            case Pow():
                return self._power(expression)
            case AppliedUndef():
                return f"{self._symbol(expression.func.__name__)}({self.scalar(expression.args[0])})"
            case _ if expression.func in _FUNCTIONS:
                return f"{_FUNCTIONS[expression.func]}({', '.join(self.scalar(a) for a in expression.args)})"
            case _:
                raise PlanarError(
                    f"no kernel for `{expression}`: {type(expression).__name__} has no numeric form; "
                    "give the law by r_transform=..., cumulants=... or spectrum=..."
                )

    def _symbol(self, name: str) -> str:
        if name.endswith(STAR):
            return f"np.conj({self._symbol(name.removesuffix(STAR))})"
        return self.names[name]

    @staticmethod
    def _terms(parts: list[tuple[str, Expr]]) -> str:
        text = parts[0][0]
        for code, _ in parts[1:]:
            text += f" - {code[1:]}" if code.startswith("-") else f" + {code}"
        return text

    def _product(self, expression: Expr) -> str:
        numerator, denominator = [], []
        sign = ""
        for factor in expression.args:
            base, power = factor.as_base_exp()
            if factor == S.NegativeOne:
                sign = "-"
            elif power.is_number and power.is_negative and factor.func is Pow:
                denominator.append(self._tight(Pow(base, -power)))
            else:
                numerator.append(self.scalar(factor))
        top = " * ".join(numerator) or "1"
        if not denominator:
            return sign + top
        bottom = denominator[0] if len(denominator) == 1 else "(" + " * ".join(denominator) + ")"
        return f"{sign}{top} / {bottom}"

    def _power(self, expression: Expr) -> str:
        base, power = expression.args
        if power == S.Half:
            return f"np.emath.sqrt({self.scalar(base)})"
        if power == S.NegativeOne:
            return f"(1 / {self._tight(base)})"
        if power.is_Integer and power > 0:
            return f"{self._tight(base)} ** {power}"
        if power.is_Integer:
            return f"(1 / {self._tight(base)} ** {-power})"
        return f"({self.scalar(base)}) ** ({self.scalar(power)})"

    def _tight(self, base: Expr) -> str:
        """A factor that may stand behind a slash or before a power: a trace may be the product of a size and a mean."""
        text = self.scalar(base)
        return text if base.is_Symbol or base.is_Integer or _wrapped(text) else f"({text})"

    # -- matrices ----------------------------------------------------------------------------------------------------

    def matrix(self, expression: Expr) -> Code:
        """Source and kind of a matrix expression."""
        match expression:
            case Identity():
                return Code("1.0", "e")
            case ZeroMatrix():
                rows, cols = (self.scalar(d) for d in expression.shape)
                return Code(f"np.zeros((int({rows}), int({cols})))", "m")
            case MatrixSymbol():
                return Code(self.names[expression.name], "d" if expression.name == self.diagonal else "m")
            case Transpose():
                inner = self.matrix(expression.args[0])
                return inner if inner.kind in "ed" else Code(f"np.swapaxes({inner.text}, -1, -2)", "m")
            case Adjoint():
                inner = self.matrix(expression.args[0])
                turned = inner.text if inner.kind in "ed" else f"np.swapaxes({inner.text}, -1, -2)"
                return Code(f"np.conj({turned})", inner.kind)
            case Inverse():
                return self._inverse(self.matrix(expression.args[0]), 1)
            case MatPow():
                base, power = self.matrix(expression.args[0]), int(expression.args[1])
                if base.kind in "ed":
                    if power < 0:
                        return self._inverse(base, -power)
                    text = base.text if base.text.isidentifier() else f"({base.text})"
                    return Code(f"{text} ** {power}", base.kind, product=True)
                if power < 0:
                    return self._inverse(base, -power)
                return Code(f"np.linalg.matrix_power({base.text}, {power})", "m")
            case MatMul():
                scalars = Mul(*(a for a in expression.args if not a.is_Matrix))
                factors = [self.matrix(a) for a in expression.args if a.is_Matrix]
                return self._scale(scalars, self._chain(factors))
            case MatAdd():
                return self._add([self.matrix(a) for a in expression.args], expression.shape[0])
            case _:
                raise PlanarError(f"no kernel for the matrix `{expression}` ({type(expression).__name__}).")

    def _inverse(self, inner: Code, power: int) -> Code:
        if inner.kind in "ed":
            base = inner.text if _wrapped(inner.text) else f"({inner.text})"
            return Code(f"1 / {base}" if power == 1 else f"1 / {base} ** {power}", inner.kind, product=True)
        text = f"np.linalg.inv({inner.text})"
        return Code(text if power == 1 else f"np.linalg.matrix_power({text}, {power})", "m")

    def _chain(self, factors: list[Code]) -> Code:
        result = factors[0]
        for factor in factors[1:]:
            result = self._times(result, factor)
        return result

    @staticmethod
    def _times(a: Code, b: Code) -> Code:
        left, right = (f"({x.text})" if x.product else x.text for x in (a, b))
        match a.kind + b.kind:
            case "ee":
                return Code(f"{a.text} * {right}", "e", product=True)
            case "ed" | "de":
                wide = [f"vector({x.text})" if x.kind == "e" else y for x, y in ((a, left), (b, right))]
                return Code(wide[1] if a.text == "1.0" else wide[0] if b.text == "1.0" else " * ".join(wide), "d", product=True)
            case "em" | "me":
                scale, other = (a, right) if a.kind == "e" else (b, left)
                return Code(other if scale.text == "1.0" else f"matrix({scale.text}) * {other}", "m", product=True)
            case "dd":
                return Code(f"{left} * {right}", "d", product=True)
            case "dm":
                return Code(f"column({a.text}) * {right}", "m", product=True)
            case "md":
                return Code(f"{left} * row({b.text})", "m", product=True)
            case _:
                return Code(f"{left} @ {right}", "m", product=True)

    def _scale(self, scalar: Expr, inner: Code) -> Code:
        if scalar == 1:
            return inner
        text = self.scalar(scalar)
        if inner.kind == "e":
            return Code(text if inner.text == "1.0" else f"{text} * ({inner.text})", "e", product=True)
        helper = "vector" if inner.kind == "d" else "matrix"
        body = f"({inner.text})" if inner.product else inner.text
        return Code(f"-{body}" if scalar == -1 else f"{helper}({text}) * {body}", inner.kind, product=True)

    def _add(self, terms: list[Code], size: Expr) -> Code:
        kinds = {t.kind for t in terms}
        kind = "m" if "m" in kinds else "d" if "d" in kinds else "e"
        texts = []
        for term in terms:
            if term.kind == kind:
                texts.append(term.text)
            elif kind == "d":
                texts.append(f"vector({term.text})")
            elif term.kind == "e":
                texts.append(f"matrix({term.text}) * np.eye(int({self.scalar(size)}))")
            else:
                texts.append(f"diagonal_matrix({term.text})")
        return Code(f"({' + '.join(texts)})".replace("+ -", "- "), kind)

    def _trace(self, inside: Expr) -> str:
        size = self.scalar(inside.shape[0])
        if self.diagonal is not None and isinstance(inside, MatMul):
            short = self._linear_insertion(inside, size)
            if short is not None:
                return short
        code = self.matrix(inside)
        if code.kind == "e":
            return f"{size} * ({code.text})"
        if code.kind == "d":
            return f"{size} * mean({code.text}, weights)"
        return f"trace({code.text})"

    def _linear_insertion(self, inside: MatMul, size: str) -> str | None:
        """Trace of diagonals with one dense letter among them: only the diagonal of that letter counts."""
        codes = [(a, self.matrix(a)) for a in inside.args if a.is_Matrix]
        dense = [(a, c) for a, c in codes if c.kind == "m"]
        base = dense[0][0] if len(dense) == 1 else None
        base = base.args[0] if isinstance(base, Transpose) else base
        if not isinstance(base, MatrixSymbol) or base.shape[0] != base.shape[1]:
            return None
        name = self.names[base.name]
        self.diagonals[base.name] = f"{name}_diagonal"
        rest = self._chain([c for _, c in codes if c.kind != "m"] or [Code("1.0", "e")])
        scalars = Mul(*(a for a in inside.args if not a.is_Matrix))
        head = "" if scalars == 1 else f"{self.scalar(scalars)} * "
        body = f"({rest.text})" if rest.product else rest.text
        product = f"{name}_diagonal" if rest.text == "1.0" else f"{body} * {name}_diagonal"
        return f"{head}{size} * mean({product}, weights)"


def _wrapped(text: str) -> bool:
    """Whether one pair of parentheses encloses the whole text."""
    if not text.startswith("("):
        return False
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) - 1
    return False
