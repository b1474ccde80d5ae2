"""What a task is, as text: its name and its source."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from planar.foundations.errors import PlanarError

__all__ = ["identity"]


def identity(task: Callable[..., Any]) -> Any:
    """The name and the source text of a task, and what it was bound to by ``functools.partial``.

    Two tasks with the same are taken for one, whatever they read from outside of their text.
    """
    if isinstance(task, partial):
        return {
            "partial": identity(task.func),
            "args": list(task.args),
            "keywords": dict(task.keywords),
        }
    if inspect.ismethod(task):
        return {"method": identity(task.__func__), "class": _text(type(task.__self__))}
    if inspect.isroutine(task) or inspect.isclass(task):
        return _text(task)
    return {"object of": _text(type(task))}


def _text(thing: Any) -> dict[str, str]:
    """The qualified name and the source; where there is no source, the code that stands for it."""
    name = getattr(thing, "__qualname__", type(thing).__qualname__)
    try:
        return {"name": name, "source": inspect.getsource(thing)}
    except (OSError, TypeError):
        code = getattr(thing, "__code__", None)
    if code is not None:
        parts = (code.co_names, [c for c in code.co_consts if not inspect.iscode(c)])
        return {"name": name, "code": code.co_code.hex(), "names": repr(parts)}
    if inspect.isbuiltin(thing):
        return {"name": name, "module": str(thing.__module__)}
    raise PlanarError(
        f"the source of the task {name} is not known, so that its results cannot be told from "
        "those of another; give the sweep a label of your own, label='one name for each task'."
    )
