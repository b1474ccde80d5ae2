"""Results as bytes and back: numbers, text, arrays, lists and dictionaries of these.

Nothing that is read is executed, and what comes back has the type and the value of what was given:
subclasses (masked arrays, matrices, named tuples) would lose theirs, and are refused.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from typing import Any

import numpy as np

from planar.foundations.errors import PlanarError

__all__ = ["packed", "unpacked"]

_DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What readers of zip files, arrays and JSON raise for bytes that are none."""


def packed(value: Any) -> bytes:
    """A value as the bytes of an npz file: its structure as JSON, every array and number in full.

    >>> unpacked(packed({"mean": 0.1, "many": [1, 2j, None, "x"]}))
    {'mean': 0.1, 'many': [1, 2j, None, 'x']}
    """
    arrays: dict[str, Any] = {}
    try:
        structure = json.dumps(_structure(value, arrays), sort_keys=True)
    except RecursionError:
        raise PlanarError(
            "what holds itself, or is nested too deeply, cannot be kept; give plain lists."
        ) from None
    file = io.BytesIO()
    np.savez(file, structure=np.array(structure), **arrays)
    return file.getvalue()


def unpacked(content: bytes) -> Any:
    """The value of ``packed``; raises ``PlanarError`` for any other bytes."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _value(json.loads(str(arrays["structure"])), arrays)
    except _DAMAGED as error:
        raise PlanarError(
            f"a stored result cannot be read ({error}); delete its file to have it computed again."
        ) from None


def _structure(value: Any, arrays: dict[str, Any]) -> Any:
    kind = type(value)
    if kind in (type(None), bool, str):
        return value
    if kind is int:
        return {"int": str(value)}
    if kind in (float, complex, np.ndarray) or isinstance(value, np.number | np.bool_):
        return _numbers(value, arrays)
    if kind in (list, tuple):
        return {kind.__name__: [_structure(item, arrays) for item in value]}
    if kind is dict and all(type(key) is str for key in value):
        items = {key: _structure(item, arrays) for key, item in value.items()}
        return {"dict": items, "order": list(value)}
    raise PlanarError(
        f"a {kind.__name__} cannot be kept{_why(value)}; "
        "give numbers, text, arrays, or lists and dictionaries of these."
    )


def _numbers(value: Any, arrays: dict[str, Any]) -> dict[str, Any]:
    """An array or a number, put beside the structure under a name."""
    array = np.asarray(value)
    if array.dtype.hasobject:
        raise PlanarError("an array of objects cannot be kept; give an array of numbers.")
    if array.dtype.metadata is not None:
        raise PlanarError("an array with metadata cannot be kept; give an array of plain numbers.")
    name = f"a{len(arrays)}"
    arrays[name] = array
    kind = "array" if type(value) is np.ndarray else "number"
    return {kind: name, "numpy": isinstance(value, np.generic)}


def _why(value: Any) -> str:
    """For subclasses of what can be kept, what would be lost."""
    plain = (np.ndarray, tuple, list, dict, str, int, float, complex)
    base = next((t for t in plain if isinstance(value, t) and type(value) is not t), None)
    return f" as more than the plain {base.__name__} in it" if base is not None else ""


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
