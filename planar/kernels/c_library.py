"""C kernels: compiled on demand by the system's compiler, loaded through cffi, kept for the life of
the process.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planar.foundations.errors import PlanarError, ShapeError
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
    "void equivalent(long points, const void *scalars, const double *sizes, const void *data, const void *start, "
    "void *named, void *value, double *residual, double *gamma);"
)
Array = NDArray[Any]


class Library:
    """The function ``equivalent`` of a C file, for real and for complex parameters; each is
    compiled when first needed.
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
        every = [*scalars, *data, *(start or [])]
        complex_ = self.program.complex_ or any(np.iscomplexobj(x) for x in every)
        kind = np.dtype(complex if complex_ else float)
        ffi, library = _loaded(self.text, complex_)
        keep: list[Array] = []

        def pointer(x: Any, dtype: Any = kind) -> Any:
            keep.append(np.ascontiguousarray(x, dtype))
            return ffi.cast("void *", keep[-1].ctypes.data)

        names = [d.kind for d in self.program.data]
        struct = [
            pointer(x, float if k == "d" else kind) for x, k in zip(data, names, strict=False)
        ]
        weights = np.ascontiguousarray(data[-1] if self.program.spectral else np.ones(1), float)
        keep.append(weights)
        words = ffi.new(f"intptr_t[{len(struct) + 2}]")
        for i, x in enumerate([*struct, ffi.cast("void *", weights.ctypes.data)]):
            words[i] = int(ffi.cast("intptr_t", x))
        words[len(struct) + 1] = len(weights)
        shape = self._shape(sizes)
        named = np.empty((len(self.program.named), points), kind)
        value = np.empty((points, *shape), kind)
        residual, gamma = np.empty(points), np.empty(points)
        library.equivalent(
            points,
            pointer(
                np.array([np.broadcast_to(s, points) for s in scalars]) if scalars else np.zeros(1)
            ),
            ffi.cast("double *", pointer(np.array(sizes or (0,)), float)),
            words,
            ffi.NULL
            if start is None
            else pointer(np.array([np.broadcast_to(s, points) for s in start])),
            ffi.cast("void *", named.ctypes.data),
            ffi.cast("void *", value.ctypes.data),
            ffi.cast("double *", residual.ctypes.data),
            ffi.cast("double *", gamma.ctypes.data),
        )
        return named, value, residual, gamma

    def _check(self, sizes: tuple[int, ...], data: tuple[Array, ...]) -> None:
        """C does not look at shapes, so they are looked at here."""
        known = dict(zip(self.program.dimensions, sizes, strict=True))
        count = len(data[-1]) if self.program.spectral else 0
        dense = self.program.shape is not None or any(d.kind == "m" for d in self.program.data)
        for d, x in zip(self.program.data, data, strict=False):
            shape = tuple(
                int(n.data if n.op == "number" else known.get(n.data, -1)) for n in d.shape
            )
            wanted = shape if d.kind == "m" else (count,)
            if -1 not in wanted and x.shape != wanted:
                raise ShapeError(f"{d.name} has shape {x.shape} where the kernel reads {wanted}.")
            if d.kind == "d" and dense and shape[0] != count:
                raise ShapeError(
                    f"{d.name} has {count} eigenvalues but size {shape[0]}: with weights only traces have a value."
                )

    def _shape(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        if self.program.shape is None:
            return ()
        known = dict(zip(self.program.dimensions, sizes, strict=True))
        return tuple(int(n.data if n.op == "number" else known[n.data]) for n in self.program.shape)


@cache
def _loaded(text: str, complex_: bool) -> tuple[Any, Any]:
    """The compiled file; raises ``PlanarError`` where there is no compiler."""
    try:
        cffi = importlib.import_module("cffi")
    except ImportError:
        raise PlanarError(
            'the C backend needs cffi; install planar with the extra: pip install "planar-rmt[c]".'
        ) from None
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        raise PlanarError(
            "the C backend needs a C compiler (cc, or the one that CC names); or use backend='numba' or 'numpy'."
        )
    ffi = cffi.FFI()
    ffi.cdef(_HEADER)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "kernel.c", Path(folder) / "kernel.so"
        source.write_text(text, encoding="utf-8")
        define = ["-DCOMPLEX"] if complex_ else []
        command = [compiler, *FLAGS, *SAFE_MATH, *define, str(source), "-o", str(target), "-lm"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise PlanarError(
                f"the C compiler refused the kernel: {done.stderr.strip().splitlines()[:1]}"
            )
        return ffi, ffi.dlopen(str(target))
