"""Sweeps: one task at many points over any executor, seeded by spawning, finished points kept on
disk.

A point's result depends on its place among the points and on the seed alone, never on the number of
workers or on how often the sweep was interrupted.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from planar.applications.sweeps.packing import packed, unpacked
from planar.foundations.errors import PlanarError

__all__ = ["sweep"]

Task = Callable[[Any, np.random.Generator], Any]


def sweep(
    task: Task,
    points: Sequence[Any],
    *,
    seed: int = 0,
    executor: Executor | None = None,
    folder: str | Path | None = None,
    progress: bool = False,
) -> list[Any]:
    """``task(point, rng)`` at every point, in the order of the points.

    ``executor`` is any of ``concurrent.futures``, or ``client.get_executor()`` of a Dask client;
    without one the points are done one after another. With ``folder`` every result is kept there as
    soon as it is known, and a sweep that was killed goes on where it stopped; the folder belongs to
    these points and this seed. ``progress`` shows a bar.

    >>> sweep(lambda point, rng: point + int(rng.integers(10)), [10, 20, 30], seed=1)
    [10, 29, 34]

    Raises ``PlanarError`` for a folder of another sweep, for results that cannot be kept (numbers,
    text, arrays, lists and dictionaries of these can), and whatever a task raises, with the results
    so far kept.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise PlanarError(f"{seed!r} is no seed; give an integer of at least 0.")
    every = list(points)
    store = None if folder is None else _Store(Path(folder), every, seed)
    found: dict[int, Any] = {} if store is None else store.finished()
    seeds = np.random.SeedSequence(seed).spawn(len(every))
    left = [i for i in range(len(every)) if i not in found]
    with Progress(disable=not progress, transient=True) as bar:
        shown = bar.add_task("sweep", total=len(every), completed=len(found))
        for i, result in _results(task, every, seeds, left, executor):
            found[i] = result
            if store is not None:
                store.keep(i, result)
            bar.advance(shown)
    return [found[i] for i in range(len(every))]


def _results(
    task: Task,
    points: list[Any],
    seeds: list[np.random.SeedSequence],
    left: list[int],
    executor: Executor | None,
) -> Iterator[tuple[int, Any]]:
    """Results as they come."""
    if executor is None:
        yield from ((i, _once(task, points[i], seeds[i])) for i in left)
        return
    places = {executor.submit(_once, task, points[i], seeds[i]): i for i in left}
    try:
        for future in as_completed(places):
            yield places[future], future.result()
    except BaseException:
        for future in places:
            future.cancel()
        raise


def _once(task: Task, point: Any, seed: np.random.SeedSequence) -> Any:
    return task(point, np.random.default_rng(seed))


class _Store:
    """One file a point, written whole or not at all; a key says which points and seed they belong
    to.
    """

    def __init__(self, folder: Path, points: list[Any], seed: int) -> None:
        self._folder, self._number = folder, len(points)
        key = hashlib.sha256(packed({"points": points, "seed": seed})).hexdigest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            named = folder / "sweep.key"
            if named.exists() and named.read_text() != key:
                raise PlanarError(
                    f"{folder} holds another sweep, of other points or another seed; give a folder of its own."
                )
            _write(named, key.encode())
        except OSError as error:
            raise PlanarError(
                f"cannot keep results in {folder}: {error.strerror}; give the path of a folder."
            ) from None

    def _place(self, i: int) -> Path:
        return self._folder / f"{i:08d}.npz"

    def finished(self) -> dict[int, Any]:
        """Results of the points that were finished before."""
        return {
            i: unpacked(self._place(i).read_bytes())
            for i in range(self._number)
            if self._place(i).exists()
        }

    def keep(self, i: int, result: Any) -> None:
        _write(self._place(i), packed(result))


def _write(place: Path, content: bytes) -> None:
    """The whole file at once: a process that is killed leaves the old one, or none."""
    beside = place.with_suffix(f".{os.getpid()}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)
