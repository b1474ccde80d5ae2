"""A line of text, its syntax tree within limits, and the places of its parts."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from planar.foundations.errors import PlanarError, ReadError

__all__ = ["Source", "named"]

_CHARACTERS = 4000
_DEPTH = 200
_WEIGHT = 600
_NAME = 40
_LAMBDA = "lambd_"
"""``lambda`` is a keyword of Python; a name of its length keeps every place."""
_RAISED = frozenset("⁻⁰¹²³⁴⁵⁶⁷⁸⁹ᵀ")


@dataclass(frozen=True)
class Source:
    """One expression or declaration as it was typed.

    >>> source = Source("inv(lam + A)")
    >>> source.part(source.expression().args[0])
    'lam + A'
    """

    text: str

    def expression(self) -> ast.expr:
        """The syntax tree of an expression; it may be broken into lines."""
        tree = self._parsed("eval")
        assert isinstance(tree, ast.Expression)
        self._bounded(tree.body)
        return tree.body

    def statement(self) -> ast.stmt | None:
        """The syntax tree of one statement, nothing where there are none or several."""
        tree = self._parsed("exec")
        assert isinstance(tree, ast.Module)
        if len(tree.body) != 1:
            return None
        self._bounded(tree.body[0])
        return tree.body[0]

    def _parsed(self, mode: Literal["eval", "exec"]) -> ast.AST:
        if len(self.text) > _CHARACTERS:
            raise ReadError(
                f"the text is {len(self.text)} characters long, more than {_CHARACTERS}; "
                "derive parts of it."
            )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._line[self._indent :], mode=mode)
        except SyntaxError as error:
            raise self._unparsed(error) from None
        except ValueError as error:
            reason = str(error).split("\n")[0]
            raise self._whole(f"cannot read this text: {reason}.") from None
        except (RecursionError, MemoryError):
            raise self._whole("cannot read this text: it is too deeply nested.") from None

    def _unparsed(self, error: SyntaxError) -> ReadError:
        """What Python's parser refuses, at the place that it names."""
        start = self._indent + (error.offset or 1) - 1
        end = start + max(1, (error.end_offset or 0) - (error.offset or 0))
        start = min(start, max(0, len(self.text.rstrip()) - 1))
        reason = _reason(error.msg, self.text)
        return ReadError(f"cannot read this text: {reason}.").at(
            self.text, (start, max(end, start + 1))
        )

    def _whole(self, sentence: str) -> ReadError:
        """An error of the whole text."""
        return ReadError(sentence).at(self.text, (0, len(self.text)))

    @property
    def _line(self) -> str:
        bare = re.sub(r"#[^\n]*", lambda comment: " " * len(comment[0]), self.text)
        return re.sub(r"\blambda\b", _LAMBDA, re.sub(r"\s", " ", bare))

    @property
    def _indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    def _bounded(self, tree: ast.AST) -> None:
        """Refuse what is too deep or too long before anything is made of it."""
        self._refuse_deep(tree)
        for node in ast.walk(tree):
            self._refuse_long_name(node)
        weight = _weight(tree)
        if weight > _WEIGHT:
            raise self._whole(
                f"the text has {weight} letters and numbers with powers written out, more than "
                f"{_WEIGHT}; derive parts."
            )

    def _refuse_deep(self, tree: ast.AST) -> None:
        level: list[ast.AST] = [tree]
        for _ in range(_DEPTH):
            level = list(chain.from_iterable(map(ast.iter_child_nodes, level)))
            if not level:
                return
        raise self._whole(
            f"the text is nested or chained more than {_DEPTH} deep; derive parts of it."
        )

    def _refuse_long_name(self, node: ast.AST) -> None:
        name = (
            getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", None)
        )
        if isinstance(name, str) and len(name) > _NAME:
            raise self.error(
                ReadError,
                node,
                f"a name has {len(name)} characters, more than {_NAME}; shorten it.",
            )

    def place(self, node: ast.AST) -> tuple[int, int]:
        """First and last character of a part, the last excluded; Python counts bytes."""
        line = self._line[self._indent :].encode()
        ends = (getattr(node, "col_offset", 0), getattr(node, "end_col_offset", len(line)))
        start, end = (self._indent + len(line[:at].decode(errors="ignore")) for at in ends)
        return start, end

    def part(self, node: ast.AST) -> str:
        """The text of a part, shortened where it is long."""
        start, end = self.place(node)
        text = " ".join(self.text[start:end].split())
        return text if len(text) <= 60 else f"{text[:28]} ... {text[-28:]}"

    def error(self, kind: type[PlanarError], node: ast.AST, sentence: str) -> PlanarError:
        """An error of one part, at its place in the text."""
        return kind(sentence).at(self.text, self.place(node))


def _reason(message: str, text: str) -> str:
    """What to write where a likely cause is seen, else the words of Python's parser."""
    if re.search(r"\\[A-Za-z]{2}", text):
        return "it looks like LaTeX; write for example inv(lam + A*W)"
    if not _RAISED.isdisjoint(text):
        return "it has raised characters; write X**2 for a power, inv(X) and X.T"
    return message.split(". ")[0]


def named(node: ast.Name) -> str:
    """The name as it was typed."""
    return "lambda" if node.id == _LAMBDA else node.id


def _weight(node: ast.AST) -> int:
    """How many letters and numbers a tree has once its integer powers are written out.

    No more is counted than needed.
    """
    match node:
        case ast.Name() | ast.Constant():
            return 1
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            exponent = _exponent(right)
            return max(1, abs(exponent)) * _weight(left) + 1
        case _:
            return sum(_weight(child) for child in _operands(node))


def _operands(node: ast.AST) -> Iterator[ast.AST]:
    yield from (
        child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr | ast.keyword)
    )


def _exponent(node: ast.AST) -> int:
    match node:
        case ast.Constant(value=int() as value):
            return min(value, _WEIGHT + 1)
        case ast.UnaryOp(operand=operand):
            return _exponent(operand)
        case _:
            return 1
