"""Results of a sweep in a folder, one file a point, which belong to one task, points and seed."""

from __future__ import annotations

import hashlib
import os
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from planar.applications.sweeps.packing import packed, unpacked
from planar.foundations.errors import PlanarError

__all__ = ["Store"]


class Store:
    """One file a point, written whole or not at all; a key names the sweep in every file."""

    def __init__(self, folder: Path, sweep: dict[str, Any], number: int) -> None:
        self._folder, self._number = folder, number
        self._key = hashlib.sha256(packed(sweep)).hexdigest()
        named = folder / "sweep.key"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if named.exists() and named.read_bytes() != self._key.encode():
                raise self._of_another_sweep()
        except OSError as error:
            raise self._unwritable(error) from None
        # results tell whose they are before the folder is taken: its key may have been deleted
        self.finished = self._finished()
        self._write(named, self._key.encode())

    def _finished(self) -> dict[int, Any]:
        """Results of the points that were finished before."""
        results: dict[int, Any] = {}
        for place in sorted(self._folder.glob("[0-9]" * 8 + ".npz")):
            kept = self._kept(place)
            if kept is None:
                continue
            if kept["key"] != self._key:
                raise self._of_another_sweep()
            results[int(place.stem)] = kept["result"]
        return {i: result for i, result in results.items() if i < self._number}

    def keep(self, i: int, result: Any) -> None:
        """Store the result of a point."""
        self._write(self._place(i), packed({"key": self._key, "result": result}))

    def _kept(self, place: Path) -> dict[str, Any] | None:
        """Key and result in a file; none, with a warning, where it is damaged."""
        try:
            content = unpacked(place.read_bytes())
        except (OSError, PlanarError) as error:
            content, why = None, str(error)
        else:
            why = "it holds no result of a sweep"
        if isinstance(content, dict) and content.keys() == {"key", "result"}:
            return content
        warnings.warn(f"{place}, whose point is computed again: {why}", stacklevel=5)
        return None

    def _place(self, i: int) -> Path:
        return self._folder / f"{i:08d}.npz"

    def _write(self, place: Path, content: bytes) -> None:
        """The whole file at once: a process that is killed leaves the old one, or none."""
        part = place.with_suffix(f".{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise self._unwritable(error) from None

    def _of_another_sweep(self) -> PlanarError:
        return PlanarError(
            f"{self._folder} holds another sweep, of another task, other points or another seed; "
            "give a folder of its own, or the label it was given."
        )

    def _unwritable(self, error: OSError) -> PlanarError:
        return PlanarError(
            f"cannot keep results in {self._folder}: {error.strerror or error}; give the path of a "
            "folder that can be written."
        )
