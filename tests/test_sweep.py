"""Sweeps: the same results on any number of workers, and after being killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sweeping

import planar
from planar.applications.sweeps.packing import packed, unpacked
from planar.foundations.errors import PlanarError


def same(one: list[Any], other: list[Any]) -> bool:
    return packed(one) == packed(other)


@pytest.fixture(scope="module")
def plain() -> list[Any]:
    return planar.sweep(sweeping.task, sweeping.POINTS, seed=5)


def test_results_do_not_depend_on_the_workers(plain: list[Any]) -> None:
    for workers in (1, 3):
        with ThreadPoolExecutor(workers) as executor:
            assert same(
                planar.sweep(sweeping.task, sweeping.POINTS, seed=5, executor=executor), plain
            )
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        assert same(planar.sweep(sweeping.task, sweeping.POINTS, seed=5, executor=processes), plain)
    assert not same(planar.sweep(sweeping.task, sweeping.POINTS, seed=6), plain)


@pytest.mark.optional("distributed")
@pytest.mark.filterwarnings("ignore")
def test_on_a_local_dask_cluster(plain: list[Any]) -> None:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert same(
            planar.sweep(sweeping.task, sweeping.POINTS, seed=5, executor=client.get_executor()),
            plain,
        )


def test_killed_three_times_and_resumed(plain: list[Any], tmp_path: Path) -> None:
    seen = [0]
    for _ in range(3):
        run = subprocess.Popen([sys.executable, sweeping.__file__, str(tmp_path)])
        while len(list(tmp_path.glob("*.npz"))) < seen[-1] + 4 and run.poll() is None:
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        run.wait()
        seen.append(len(list(tmp_path.glob("*.npz"))))
    assert 0 < seen[1] < seen[2] < seen[3] < len(sweeping.POINTS)
    done: list[float] = []

    def counted(point: dict[str, Any], rng: np.random.Generator) -> Any:
        done.append(point["x"])
        return sweeping.task(point, rng)

    kept = {"seed": 5, "folder": tmp_path, "label": "drawn"}
    assert same(planar.sweep(counted, sweeping.POINTS, **kept), plain)
    assert len(done) == len(sweeping.POINTS) - seen[3]
    assert same(planar.sweep(counted, sweeping.POINTS, progress=True, **kept), plain)
    assert len(done) == len(sweeping.POINTS) - seen[3]


def test_a_task_that_fails_loses_nothing(tmp_path: Path) -> None:
    def fails(point: int, rng: np.random.Generator) -> int:
        if point == 3:
            raise ZeroDivisionError
        return point

    with pytest.raises(ZeroDivisionError):
        planar.sweep(fails, range(6), folder=tmp_path, label="points")
    mended = planar.sweep(lambda point, rng: -point, range(6), folder=tmp_path, label="points")
    assert mended == [0, 1, 2, -3, -4, -5]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2**80,
        0.1,
        1j,
        "x",
        np.float32(0.1),
        np.int64(3),
        (1, [2.5, {"b": 1, "a": (None,)}]),
        {"": []},
    ],
)
def test_what_is_kept_comes_back(value: Any) -> None:
    found = unpacked(packed(value))
    assert found == value
    assert type(found) is type(value)
    array = np.array([[1.5, np.nan]])
    assert np.array_equal(unpacked(packed([array]))[0], array, equal_nan=True)


def test_bad_input_is_one_sentence(tmp_path: Path) -> None:
    planar.sweep(sweeping.task, sweeping.POINTS[:1], folder=tmp_path / "a")
    for points, seed in ((sweeping.POINTS[:2], 0), (sweeping.POINTS[:1], 1)):
        with pytest.raises(PlanarError, match="holds another sweep"):
            planar.sweep(sweeping.task, points, seed=seed, folder=tmp_path / "a")
    with pytest.raises(PlanarError, match="a object cannot be kept"):
        planar.sweep(lambda point, rng: object(), [1], folder=tmp_path / "b")
    with pytest.raises(PlanarError, match="is not a valid seed"):
        planar.sweep(sweeping.task, [], seed=-1)
    (tmp_path / "a" / "00000000.npz").write_bytes(b"broken")
    with pytest.warns(UserWarning, match="computed again"):
        planar.sweep(sweeping.task, sweeping.POINTS[:1], folder=tmp_path / "a")
    with pytest.raises(PlanarError, match="cannot keep results"):
        planar.sweep(sweeping.task, sweeping.POINTS[:1], folder=Path(__file__))
