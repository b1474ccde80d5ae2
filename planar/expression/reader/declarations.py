"""Declarations of letters, such as ``W = Wishart(N, P)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any

from planar.ensembles.bi_invariant import BiInvariant
from planar.ensembles.ginibre import Ginibre
from planar.ensembles.goe import GOE
from planar.ensembles.haar_orthogonal import HaarOrthogonal
from planar.ensembles.random_projection import RandomProjection
from planar.ensembles.rotation_invariant import RotationInvariant
from planar.ensembles.wishart import Wishart
from planar.expression.reader.scalars import read_scalar
from planar.expression.reader.source import Source, named
from planar.formulas.symbols import deterministic, dims
from planar.foundations.errors import DeclarationError, PlanarError, ReadError

__all__ = ["LETTERS", "read_declaration", "read_declarations"]

LETTERS: dict[str, Callable[..., Any]] = {
    "deterministic": deterministic,
    "Wishart": Wishart,
    "Ginibre": Ginibre,
    "GOE": GOE,
    "HaarOrthogonal": HaarOrthogonal,
    "RandomProjection": RandomProjection,
    "RotationInvariant": RotationInvariant,
    "BiInvariant": BiInvariant,
}
"""What can be declared, by the name of its class."""

_SCALARS = ("variance", "cumulants", "spectrum")
"""Keywords whose values are scalars, so that a lower-case name in them is one.

Other names are dimensions.
"""

_KEYWORDS = ("positive", "symmetric", "variance", "cumulants", "spectrum")

_EXAMPLE = "write for example W = Wishart(N, P)"


def read_declarations(lines: Iterable[str]) -> dict[str, Any]:
    """Letters by name, one declaration a line; empty lines and comments are passed over.

    >>> list(read_declarations(["A = deterministic(N)", "", "# data", "W = Wishart(N, P)"]))
    ['A', 'W']

    Raises ``DeclarationError`` where a name is declared twice.
    """
    letters: dict[str, Any] = {}
    for line in lines:
        if not line.split("#")[0].strip():
            continue
        name, letter = read_declaration(line)
        if name in letters:
            raise DeclarationError(f"{name} is declared twice; keep one of the declarations.").at(
                line, (0, len(line))
            )
        letters[name] = letter
    return letters


def read_declaration(text: str) -> tuple[str, Any]:
    """A line such as ``W = Wishart(N, P)`` as a pair of name and letter.

    >>> read_declaration("A = deterministic(N, positive=True)")[1].positive
    True
    >>> read_declaration("X = Ginibre(P, N, variance=2/N)")[1].variance
    2/N
    >>> read_declaration("X = BiInvariant(P, N, cumulants=[1, -c**2/4])")[1].cumulants
    (1, -c**2/4)
    """
    source = Source(text)
    match source.statement():
        case ast.Assign(
            targets=[ast.Name() as target],
            value=ast.Call(func=ast.Name(id=kind) as call, args=args) as value,
        ):
            name = named(target)
            if kind not in LETTERS:
                raise source.error(DeclarationError, call, _unknown_kind(name, kind))
            return name, _made(name, kind, args, value, source)
        case _:
            raise ReadError(
                f"cannot read the declaration `{' '.join(text[:60].split())}`; {_EXAMPLE}."
            ).at(text, (0, len(text)))


def _unknown_kind(name: str, kind: str) -> str:
    near = get_close_matches(kind, LETTERS, 1)
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"cannot declare {name}: {kind} is none of {', '.join(LETTERS)}{hint}"


def _made(name: str, kind: str, args: list[ast.expr], node: ast.Call, source: Source) -> Any:
    values = [_argument(a, source) for a in args]
    options: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise source.error(
                ReadError, keyword.value, f"cannot read the declaration of {name}; {_EXAMPLE}."
            )
        options[keyword.arg] = _option(keyword.arg, keyword.value, source)
    try:
        return LETTERS[kind](name, *values, **options)
    except PlanarError as error:
        raise error.at(source.text, source.place(node)) from None
    except TypeError as error:
        raise source.error(
            DeclarationError, node, f"cannot declare {name}: {_wrong_arguments(kind, error)}"
        ) from None


def _wrong_arguments(kind: str, error: TypeError) -> str:
    """Python's words for arguments that a class does not take, with what to try."""
    reason = str(error).split(") ")[-1].split("() ")[-1].replace("__new__", kind)
    keyword = re.search(r"unexpected keyword argument '(\w+)'", reason)
    near = get_close_matches(keyword[1], _KEYWORDS, 1) if keyword else []
    hint = f"did you mean {near[0]}=?" if near else f"{_EXAMPLE}."
    return f"{kind} {reason}; {hint}"


def _option(keyword: str, node: ast.expr, source: Source) -> Any:
    if keyword in _SCALARS and isinstance(node, ast.Name):
        return read_scalar(node, source)
    return _argument(node, source)


def _argument(node: ast.expr, source: Source) -> Any:
    match node:
        case ast.Name():
            return dims(named(node))
        case ast.Constant(value=bool() as value):
            return value
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [read_scalar(e, source) for e in elements]
        case _:
            return read_scalar(node, source)
