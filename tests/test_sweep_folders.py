"""Folders of sweeps: each belongs to one task, and gives back exactly what was put into it."""

from __future__ import annotations

import errno
import zipfile
from collections import OrderedDict, namedtuple
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import planar
from planar.applications.sweeps import store

Pair = namedtuple("Pair", "one other")


def double(point: int, rng: np.random.Generator) -> int:
    return 2 * point


def square(point: int, rng: np.random.Generator) -> int:
    return point**2


def scaled(factor: int, point: int, rng: np.random.Generator) -> int:
    return factor * point


class Power:
    def task(self, point: int, rng: np.random.Generator) -> int:
        return point**3


def test_another_task_does_not_get_the_results_of_the_first(tmp_path: Path) -> None:
    assert planar.sweep(double, [1, 2, 3], folder=tmp_path) == [2, 4, 6]
    others = (square, partial(scaled, 3), Power().task, lambda point, rng: -point)
    for task in others:
        with pytest.raises(planar.PlanarError, match="another task"):
            planar.sweep(task, [1, 2, 3], folder=tmp_path)
    assert planar.sweep(double, [1, 2, 3], folder=tmp_path) == [2, 4, 6]


def test_what_a_task_was_bound_to_belongs_to_it(tmp_path: Path) -> None:
    assert planar.sweep(partial(scaled, 3), [1], folder=tmp_path) == [3]
    with pytest.raises(planar.PlanarError, match="another task"):
        planar.sweep(partial(scaled, 4), [1], folder=tmp_path)


def test_a_label_says_that_a_task_is_the_same(tmp_path: Path) -> None:
    planar.sweep(double, [1, 2], folder=tmp_path, label="mine")
    assert planar.sweep(square, [1, 2], folder=tmp_path, label="mine") == [2, 4]
    with pytest.raises(planar.PlanarError, match="another task"):
        planar.sweep(double, [1, 2], folder=tmp_path, label="other")


def test_a_deleted_key_gives_nothing_away(tmp_path: Path) -> None:
    planar.sweep(double, [1, 2], folder=tmp_path)
    (tmp_path / "sweep.key").unlink()
    for points, seed in (([5, 6], 0), ([1, 2], 1), ([1], 0)):
        with pytest.raises(planar.PlanarError, match="another sweep"):
            planar.sweep(double, points, seed=seed, folder=tmp_path)
    assert planar.sweep(double, [1, 2], folder=tmp_path) == [2, 4]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.ma.masked_array([1.0, 1e3], mask=[False, True]), "MaskedArray"),
        (np.ones((1, 1)).view(np.matrix), "matrix"),
        (Pair(1, 2), "Pair"),
        (OrderedDict(a=1), "OrderedDict"),
        (np.str_("x"), "str_"),
        ({1: 2}, "dict"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_exactly_is_refused(value: Any, kind: str, tmp_path: Path) -> None:
    with pytest.raises(planar.PlanarError, match=f"a {kind} cannot be kept"):
        planar.sweep(lambda point, rng: value, [1], folder=tmp_path)
    assert not list(tmp_path.glob("*.npz"))
    with pytest.raises(planar.PlanarError, match=f"a {kind} cannot be kept"):
        planar.sweep(double, [value], folder=tmp_path)


def test_a_list_that_holds_itself_is_refused(tmp_path: Path) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(planar.PlanarError, match="holds itself"):
        planar.sweep(lambda point, rng: endless, [1], folder=tmp_path)


def _broken_zip(place: Path) -> bytes:
    with zipfile.ZipFile(place, "w") as file:
        file.writestr("structure.npy", b"no array")
    return place.read_bytes()


@pytest.mark.parametrize("damage", ["nothing", "text", "cut", "member", "method", "name"])
def test_a_damaged_file_is_computed_again(damage: str, tmp_path: Path) -> None:
    planar.sweep(double, [1, 2], folder=tmp_path)
    place = tmp_path / "00000001.npz"
    whole = place.read_bytes()
    start = whole.index(b"PK\x01\x02")
    contents = {
        "nothing": b"",
        "text": b"broken",
        "cut": whole[: len(whole) // 2],
        "member": _broken_zip(tmp_path / "made.zip"),
        "method": whole[: start + 10] + b"\x63" + whole[start + 11 :],
        "name": whole.replace(b"structure", b"\xff\xfe\xfd\xfcxture"),
    }
    place.write_bytes(contents[damage])
    with pytest.warns(UserWarning, match="computed again"):
        assert planar.sweep(double, [1, 2], folder=tmp_path) == [2, 4]
    assert planar.sweep(double, [1, 2], folder=tmp_path) == [2, 4]


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(planar.PlanarError, match="No space left on device"):
        planar.sweep(double, [1], folder=tmp_path)
    assert not list(tmp_path.glob("*.part"))
