"""C kernels: compiled on demand by the system's compiler and loaded through cffi.

They are kept for the life of the process.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import PlanarError, ShapeError
from planar.kernels.program.nodes import Shape
from planar.kernels.program.program import Program

__all__ = ["Library"]

FLAGS = ("-O3", "-march=native", "-std=c11", "-shared", "-fPIC", "-w")
SAFE_MATH = (
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fassociative-math",
    "-fno-signed-zeros",
    "-freciprocal-math",
    "-fcx-limited-range",
)
"""What may be reordered without infinities and NaN losing their meaning."""
_HEADER = (
    "void equivalent(long points, const void *scalars, const double *sizes, const void *data, "
    "const void *start, void *named, void *value, double *residual, double *gamma);"
)
Array = NDArray[Any]


class _Memory:
    """Arrays of one type as pointers, kept alive for the time of a call."""

    def __init__(self, ffi: Any, kind: np.dtype[Any]) -> None:
        self.ffi, self.kind = ffi, kind
        self.arrays: list[Array] = []

    def numbers(self, x: Any) -> Any:
        """Numbers of the call's type."""
        return self._pointer(np.ascontiguousarray(x, self.kind), "void *")

    def reals(self, x: Any) -> Any:
        """Real numbers."""
        return self._pointer(np.ascontiguousarray(x, float), "double *")

    def result(self, x: Array) -> Any:
        """An array that the call fills."""
        return self._pointer(x, "void *")

    def _pointer(self, array: Array, kind: str) -> Any:
        self.arrays.append(array)
        return self.ffi.cast(kind, array.ctypes.data)

    def struct(self, pointers: list[Any], count: int) -> Any:
        """A struct of pointers and a number at its end."""
        words = self.ffi.new(f"intptr_t[{len(pointers) + 1}]")
        for i, pointer in enumerate(pointers):
            words[i] = int(self.ffi.cast("intptr_t", pointer))
        words[len(pointers)] = count
        return words

    def over_points(self, values: list[Array] | None, points: int) -> Any:
        """Numbers that each have all points, one after another."""
        if values is None:
            return self.ffi.NULL
        if not values:
            return self.numbers(np.zeros(1))
        return self.numbers(np.array([np.broadcast_to(x, points) for x in values]))


class Library:
    """The function ``equivalent`` of a C file, for real and for complex parameters.

    Each of the two is compiled when first needed.
    """

    def __init__(self, program: Program, text: str) -> None:
        self.program = program
        self.text = text

    def __call__(
        self,
        points: int,
        scalars: list[Array],
        sizes: tuple[int, ...],
        data: tuple[Array, ...],
        start: list[Array] | None,
    ) -> tuple[Array, Array, Array, Array]:
        """``(named, value, residual, gamma)``, the first axis of ``named`` that of the names."""
        self._check(sizes, data)
        arguments = (*scalars, *data, *(start or []))
        complex_ = self.program.complex_ or any(np.iscomplexobj(x) for x in arguments)
        kind = np.dtype(complex if complex_ else float)
        ffi, library = _loaded(self.text, complex_)
        memory = _Memory(ffi, kind)
        named = np.empty((len(self.program.named), points), kind)
        value = np.empty((points, *self._shape(sizes)), kind)
        residual, gamma = np.empty(points), np.empty(points)
        library.equivalent(
            points,
            memory.over_points(scalars, points),
            memory.reals(np.array(sizes or (0,))),
            self._struct(memory, data),
            memory.over_points(start, points),
            memory.result(named),
            memory.result(value),
            memory.reals(residual),
            memory.reals(gamma),
        )
        return named, value, residual, gamma

    def _struct(self, memory: _Memory, data: tuple[Array, ...]) -> Any:
        """The arrays of the program, the weights of the eigenvalues and their number."""
        pointers = []
        for d, x in zip(self.program.data, data, strict=False):
            pointers.append(memory.reals(x) if d.kind == "d" else memory.numbers(x))
        weights = data[-1] if self.program.spectral else np.ones(1)
        return memory.struct([*pointers, memory.reals(weights)], len(weights))

    def _check(self, sizes: tuple[int, ...], data: tuple[Array, ...]) -> None:
        """Raises ``ShapeError`` where an array has another shape than the code reads."""
        known = defaultdict(lambda: -1, zip(self.program.dimensions, sizes, strict=True))
        count = len(data[-1]) if self.program.spectral else 0
        dense = self.program.shape is not None or any(d.kind == "m" for d in self.program.data)
        for d, x in zip(self.program.data, data, strict=False):
            shape = _numbers(d.shape, known)
            wanted = shape if d.kind == "m" else (count,)
            if -1 not in wanted and x.shape != wanted:
                raise ShapeError(f"{d.name} has shape {x.shape} where the kernel reads {wanted}.")
            if d.kind == "d" and dense and shape[0] != count:
                raise ShapeError(
                    f"{d.name} has {count} eigenvalues but size {shape[0]}: "
                    "with weights only traces have a value; write all eigenvalues out."
                )

    def _shape(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        if self.program.shape is None:
            return ()
        known = dict(zip(self.program.dimensions, sizes, strict=True))
        return _numbers(self.program.shape, known)


def _numbers(shape: Shape, known: Mapping[str, int]) -> tuple[int, ...]:
    """A shape in numbers."""
    return tuple(int(n.data if n.op == "number" else known[n.data]) for n in shape)


@cache
def _loaded(text: str, complex_: bool) -> tuple[Any, Any]:
    """The compiled file; raises ``PlanarError`` where there is no compiler, or no place for it."""
    try:
        cffi = importlib.import_module("cffi")
    except ImportError:
        raise PlanarError(
            "the C backend needs cffi, which is not installed: pip install cffi"
        ) from None
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise PlanarError(
            "the C backend needs a C compiler (cc, or the one that CC names); "
            "or use backend='numba' or 'numpy'."
        )
    ffi = cffi.FFI()
    ffi.cdef(_HEADER)
    try:
        with tempfile.TemporaryDirectory() as folder:
            library = _compiled(compiler, text, Path(folder), ["-DCOMPLEX"] if complex_ else [])
            return ffi, ffi.dlopen(str(library))
    except OSError as error:
        raise PlanarError(
            f"the C backend needs a temporary folder in which it may write and run a library "
            f"({error}); set TMPDIR to one, or use backend='numba' or 'numpy'."
        ) from None


def _compiled(compiler: str, text: str, folder: Path, define: list[str]) -> Path:
    """The shared library of a C file; raises ``PlanarError`` where the compiler fails."""
    source, target = folder / "kernel.c", folder / "kernel.so"
    source.write_text(text, encoding="utf-8")
    command = [compiler, *FLAGS, *SAFE_MATH, *define, str(source), "-o", str(target), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        message = done.stderr.strip().partition("\n")[0]
        raise PlanarError(f"the C compiler refused the kernel: {message}")
    return target
