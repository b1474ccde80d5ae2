"""What a generated module carries along: runtime functions, imports, numbers of the policy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from planar.kernels import runtimes
from planar.kernels.policy import inlined, numbers

__all__ = ["carried", "constants", "imports", "joined", "runtime", "runtime_text", "unannotated"]

_IMPORTS = {
    "import math": "math.",
    "from functools import partial": "partial(",
    "from functools import reduce": "reduce(",
    "from types import SimpleNamespace": "SimpleNamespace(",
}
"""What a text holds that needs an import from the standard library."""


def carried(text: str, *modules: str) -> list[str]:
    """Sources of the runtime functions that a text calls, directly or through each other.

    They stand in the order of the modules.
    """
    sources: dict[str, str] = {}
    for module in modules:
        sources |= runtime(module)
    called, pending = set[str](), [text]
    while pending:
        caller = pending.pop()
        for name, source in sources.items():
            if name not in called and re.search(rf"\b{name}\(", caller):
                called.add(name)
                pending.append(source)
    return [source for name, source in sources.items() if name in called]


def runtime_text(file: str) -> str:
    """The text of a file of the runtimes."""
    return Path(runtimes.__file__).with_name(file).read_text(encoding="utf-8")


@cache
def runtime(module: str) -> dict[str, str]:
    """The functions of a runtime module as they are copied, by name.

    The module is read and not imported.
    """
    text = runtime_text(f"{module}.py")
    lines = text.splitlines()
    functions = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            start = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            functions[node.name] = unannotated("\n".join(lines[start - 1 : node.end_lineno]))
    return functions


def unannotated(text: str) -> str:
    """The source of a function or class without annotations, so that it stands alone."""
    lines: list[str | None] = list(text.splitlines())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first, last = node.lineno, node.body[0].lineno - 1
            plain = f"def {node.name}({_bare(node.args)}):"
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            first, last = node.lineno, node.end_lineno or node.lineno
            plain = f"{ast.unparse(node.target)} = {ast.unparse(node.value)}"
        else:
            continue
        lines[first - 1 : last] = [" " * node.col_offset + plain, *[None] * (last - first)]
    return "\n".join(line for line in lines if line is not None)


def _bare(arguments: ast.arguments) -> str:
    """The arguments of a function without annotations."""
    for argument in (*arguments.args, arguments.vararg, arguments.kwarg, *arguments.kwonlyargs):
        if argument is not None:
            argument.annotation = None
    return ast.unparse(arguments)


def imports(text: str) -> str:
    """The imports from the standard library that a module's text needs."""
    used = [line for line, call in _IMPORTS.items() if re.search(rf"\b{re.escape(call)}", text)]
    return "\n".join([*used, ""]) + "\n" if used else ""


def constants(*parts: str) -> str:
    """The numbers of the policy that the parts of a module read, each with the reason for it."""
    return "\n".join(f"{name} = {value}  # {why}" for name, value, why in numbers("\n".join(parts)))


def joined(parts: Iterable[str]) -> str:
    """Parts of a module with two empty lines between them."""
    return inlined("\n\n".join(p.strip("\n") + "\n" for p in parts if p))
