"""Sweeps: one task at many points over any executor, with finished points kept on disk.

The random generators of the points are spawned from one seed.
A point's result depends on its place among the points and on the seed alone, never on the number of
workers or on how often the sweep was interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import Progress

from planar.applications.sweeps.store import Store
from planar.applications.sweeps.task_identity import identity
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
    label: str | None = None,
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
        where it stopped. The folder belongs to this task, these points and this seed. A file that
        was damaged is said in a warning, and its point is computed again.
    label : str, optional
        A name for the task in that folder. By default it is the task's qualified name and source
        text; with a label of your own you may change the text, or what the text reads from
        outside of it, and say whether it is the same task.
    progress : bool, default False
        Whether a bar is shown.

    Returns
    -------
    list
        The results, in the order of the points.

    Raises
    ------
    PlanarError
        The folder is that of another sweep or cannot be written, the seed is not valid, or a result
        cannot be kept (numbers, text, arrays, lists and dictionaries of these can).
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
    store = None
    if folder is not None:
        named = identity(task) if label is None else {"label": label}
        store = Store(
            Path(folder), {"task": named, "points": all_points, "seed": seed}, len(all_points)
        )
    results: dict[int, Any] = {} if store is None else dict(store.finished)
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
