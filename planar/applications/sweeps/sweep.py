"""Sweeps: one task at many points over any executor, with finished points kept on disk.

The random generators of the points are spawned from one seed.
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
    """``task(point, rng)`` at every point, on any executor.

    Parameters
    ----------
    task : callable
        Gets a point and a ``numpy.random.Generator`` of its own.
    points : sequence
        What the task is called with.
    seed : int, default 0
        A result depends on it and on the place of its point, not on the number of workers.
    executor : concurrent.futures.Executor, optional
        Any of ``concurrent.futures``, or ``client.get_executor()`` of a Dask client; without one
        the points are computed one after another.
    folder : str or pathlib.Path, optional
        Every result is stored there as soon as it is known, and a sweep that was killed goes on
        where it stopped. The folder belongs to these points and this seed.
    progress : bool, default False
        Whether a bar is shown.

    Returns
    -------
    list
        The results, in the order of the points.

    Raises
    ------
    PlanarError
        The folder is that of another sweep, the seed is not valid, or a result cannot be kept
        (numbers, text, arrays, lists and dictionaries of these can).
    Exception
        Whatever a task raises, with the results so far kept.

    Examples
    --------
    >>> sweep(lambda point, rng: point + int(rng.integers(10)), [10, 20, 30], seed=1)
    [10, 29, 34]
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise PlanarError(f"{seed!r} is not a valid seed; give an integer of at least 0.")
    all_points = list(points)
    store = None if folder is None else _Store(Path(folder), all_points, seed)
    results: dict[int, Any] = {} if store is None else store.finished()
    seeds = np.random.SeedSequence(seed).spawn(len(all_points))
    unfinished = [i for i in range(len(all_points)) if i not in results]
    with Progress(disable=not progress, transient=True) as bar:
        shown = bar.add_task("sweep", total=len(all_points), completed=len(results))
        for i, result in _results(task, all_points, seeds, unfinished, executor):
            results[i] = result
            if store is not None:
                store.keep(i, result)
            bar.advance(shown)
    return [results[i] for i in range(len(all_points))]


def _results(
    task: Task,
    points: list[Any],
    seeds: list[np.random.SeedSequence],
    unfinished: list[int],
    executor: Executor | None,
) -> Iterator[tuple[int, Any]]:
    """Results as they come, each with the place of its point."""
    if executor is None:
        yield from ((i, _once(task, points[i], seeds[i])) for i in unfinished)
        return
    places = {executor.submit(_once, task, points[i], seeds[i]): i for i in unfinished}
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
    """One file a point, written whole or not at all; a key names the points and the seed."""

    def __init__(self, folder: Path, points: list[Any], seed: int) -> None:
        self._folder, self._number = folder, len(points)
        key = hashlib.sha256(packed({"points": points, "seed": seed})).hexdigest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            named = folder / "sweep.key"
            if named.exists() and named.read_text() != key:
                raise PlanarError(
                    f"{folder} holds another sweep, of other points or another seed; "
                    "give a folder of its own."
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
    part = place.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)
