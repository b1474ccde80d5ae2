"""Results as bytes and back: numbers, text, arrays, lists and dictionaries of these.

Nothing that is read is executed.
"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

from planar.foundations.errors import PlanarError

__all__ = ["packed", "unpacked"]


def packed(value: Any) -> bytes:
    """A value as the bytes of an npz file: its structure as JSON, every array and number in full.

    >>> unpacked(packed({"mean": 0.1, "many": [1, 2j, None, "x"]}))
    {'mean': 0.1, 'many': [1, 2j, None, 'x']}
    """
    arrays: dict[str, Any] = {}
    structure = json.dumps(_structure(value, arrays), sort_keys=True)
    file = io.BytesIO()
    np.savez(file, structure=np.array(structure), **arrays)
    return file.getvalue()


def unpacked(content: bytes) -> Any:
    """The value of ``packed``; raises ``PlanarError`` for any other bytes."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _value(json.loads(str(arrays["structure"])), arrays)
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise PlanarError(
            f"a stored result cannot be read ({error}); "
            "delete its file, and its point is computed again."
        ) from None


def _structure(value: Any, arrays: dict[str, Any]) -> Any:
    match value:
        case None | bool() | str():
            return value
        case int():
            return {"int": str(int(value))}
        case float() | complex() | np.number() | np.bool_() | np.ndarray():
            array = np.asarray(value)
            if array.dtype.hasobject:
                raise PlanarError("an array of objects cannot be kept; give an array of numbers.")
            name = f"a{len(arrays)}"
            arrays[name] = array
            return {
                "array" if isinstance(value, np.ndarray) else "number": name,
                "numpy": isinstance(value, np.generic),
            }
        case list() | tuple():
            kind = "list" if isinstance(value, list) else "tuple"
            return {kind: [_structure(item, arrays) for item in value]}
        case dict() if all(isinstance(key, str) for key in value):
            return {
                "dict": {key: _structure(item, arrays) for key, item in value.items()},
                "order": list(value),
            }
        case _:
            kind = type(value).__name__
            raise PlanarError(
                f"a {kind} cannot be kept; "
                "give numbers, text, arrays, or lists and dictionaries of these."
            )


def _value(structure: Any, arrays: Any) -> Any:
    match structure:
        case {"int": digits}:
            return int(digits)
        case {"array": name}:
            return arrays[name]
        case {"number": name, "numpy": True}:
            return arrays[name][()]
        case {"number": name}:
            return arrays[name].item()
        case {"list": items}:
            return [_value(item, arrays) for item in items]
        case {"tuple": items}:
            return tuple(_value(item, arrays) for item in items)
        case {"dict": items, "order": order}:
            return {key: _value(items[key], arrays) for key in order}
        case _:
            return structure
