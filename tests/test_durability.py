"""What a database is worth after a kill, on a full disk, and while somebody else writes it.

`LATTICE_KILLS` asks for more kills than the suite makes: LATTICE_KILLS=1000 pytest ...
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import lattice
from lattice.database import create_database
from lattice.errors import DatabaseBusy
from lattice.facade import LatticeDatabase
from lattice.storage import Storage
from tests.nursery import Done, Nursery

KILLS = int(os.environ.get("LATTICE_KILLS", "25"))
BATCH = 25
OBJECTS = 11
NAMES = [f"source{k:02}" for k in range(OBJECTS)]
SETTINGS = ("--into", "mixes", "--replicates", "shared")


class State(NamedTuple):
    """What a database holds, by names; moves both as they are stored and as they should be."""

    result_sets: list[str]
    objects: list[tuple[str, int]]
    sets: set[bytes]
    moves: set[tuple[bytes, str, bytes]]
    scores: set[tuple[bytes, int, int, float, str | None]]


def state_of(place: Path) -> State:
    """Read with plain sqlite3, after SQLite's own checks; moves are checked against the sets."""
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        objects = connection.execute("SELECT name, position FROM data_object ORDER BY 2").fetchall()
        members = dict(connection.execute("SELECT id, members FROM training_set"))
        moves = {
            (members[lower], name, members[upper])
            for lower, name, upper in connection.execute(
                "SELECT lower_id, name, upper_id FROM move JOIN data_object ON id = object_id"
            )
        }
        scores = {
            (members[key], measure, replicate, score, by)
            for key, measure, replicate, score, by in connection.execute(
                "SELECT training_set_id, measure_id, replicate, score, name FROM evaluation"
                " LEFT JOIN result_set ON result_set.id = superseded_by"
            )
        }
        names = [name for (name,) in connection.execute("SELECT name FROM result_set ORDER BY id")]
    found = State(names, objects, set(members.values()), moves, scores)
    assert found.moves == moves_between(found.sets, [name for name, _ in objects])
    return found


def moves_between(sets: set[bytes], names: list[str]) -> set[tuple[bytes, str, bytes]]:
    """Every pair of sets that one object sets apart, set by set and object by object."""
    masks = {int.from_bytes(each, "little"): each for each in sets}
    return {
        (each, name, masks[mask | 1 << place])
        for mask, each in masks.items()
        for place, name in enumerate(names)
        if not mask >> place & 1 and mask | 1 << place in masks
    }


def table(sets: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], seed: int) -> str:
    """A wide table of these sets (M, N) with pseudorandom scores."""
    scores = np.random.default_rng(seed).random((len(sets), 2)).round(6)
    lines = []
    for row, (one, two) in zip(sets, scores, strict=True):
        name = "+".join(NAMES[place] for place in np.flatnonzero(row)) or "empty"
        lines.append(f"{name},1,{float(one)!r},{float(two)!r}\n")
    return "train_set,seed,accuracy/books,accuracy/news\n" + "".join(lines)


def all_sets(n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (np.arange(1 << n)[:, None] >> np.arange(n) & 1).astype(np.bool_)


class Scene(NamedTuple):
    """A database with one result set, files to import into it, and the command."""

    folder: Path
    database: Path
    larger: Path
    third: Path
    nursery: Nursery

    def copy(self, name: str) -> Path:
        """The database as it was before, at a new place."""
        return Path(shutil.copyfile(self.database, self.folder / name))

    def run(self, file: Path, place: Path, **limits: Any) -> Done:
        """Import a file into the database at this place."""
        arguments = ("import", file, "--db", place, *SETTINGS, "--on-conflict", "replace")
        return self.nursery.run(*arguments, cwd=self.folder, **limits)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("durability")
    files = {
        "first.csv": table(all_sets(6), 1),
        "larger.csv": table(np.random.default_rng(2).permutation(all_sets(OBJECTS)), 2),
        "third.csv": table(all_sets(7)[40:], 3),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    with Nursery(folder) as nursery:
        made = Scene(
            folder, folder / "mixes.db", folder / "larger.csv", folder / "third.csv", nursery
        )
        done = made.run(folder / "first.csv", made.database)
        assert done.code == 0, done.err
        with closing(sqlite3.connect(made.database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield made


@pytest.fixture(scope="module")
def whole(scene: Scene) -> tuple[State, State, float]:
    """What the database holds before and after the second import, and how long that takes."""
    place = scene.copy("whole.db")
    before = state_of(place)
    done = scene.run(scene.larger, place)
    assert done.code == 0, done.err
    after = state_of(place)
    assert (len(before.sets), len(after.sets)) == (2**6, 2**OBJECTS)
    assert (len(before.moves), len(after.moves)) == (6 * 2**5, OBJECTS * 2 ** (OBJECTS - 1))
    timed = [scene.run(scene.larger, scene.copy(f"timed{number}.db")) for number in range(3)]
    return before, after, min(each.seconds for each in timed)


def locks_of(place: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(place)) as connection:
        return connection.execute("SELECT holder, doing FROM lock").fetchall()


# ------------------------------------------------------------------ killed


def moment(
    number: int, chance: random.Random, place: Path, whole: tuple[State, State, float]
) -> dict[str, Any]:
    """When a kill comes: at any time, towards the end, or while the commit is being written."""
    if number % 3 == 2:
        written = chance.randrange(20_000, (place.parent / "whole.db").stat().st_size)
        return {"kill_when_larger": (place.with_name(f"{place.name}-wal"), written)}
    earliest = 0.0 if number % 3 else 0.7
    return {"kill_after": chance.uniform(earliest, 1.1) * whole[2]}


@pytest.mark.parametrize("batch", range(0, KILLS, BATCH))
def test_a_killed_import_leaves_all_of_it_or_nothing(
    batch: int, scene: Scene, whole: tuple[State, State, float]
) -> None:
    before, after, _ = whole
    chance = random.Random(batch)
    killed = left_locks = 0
    for number in range(batch, batch + BATCH):
        place = scene.copy(f"killed{number}.db")
        done = scene.run(scene.larger, place, **moment(number, chance, place, whole))
        killed += done.code == -9
        assert done.code in (0, -9), done.err
        locked = locks_of(place)
        left_locks += len(locked)
        found = state_of(place)
        assert found in (before, after), f"kill {number}"
        with lattice.open(str(place)) as database:
            findings = [each for each in database.doctor().findings if not each.ok]
            assert [each.check for each in findings] == ["lock"] * len(locked)
            assert len(database["mixes"].sets(limit=1).items) == 1
            database.import_files([scene.third], into="mixes", on_conflict="keep")
            assert database.doctor().sound
        assert locks_of(place) == []
        assert state_of(place).result_sets == [*found.result_sets, "third"]
        for each in scene.folder.glob(f"killed{number}.db*"):
            each.unlink()
    assert killed > BATCH // 3
    assert left_locks > 0


def test_the_import_that_was_killed_can_be_done_again(
    scene: Scene, whole: tuple[State, State, float]
) -> None:
    _, after, _ = whole
    place = scene.copy("again.db")
    # The first two pages of the log are the lock: it stands before anything is imported.
    done = scene.run(scene.larger, place, kill_when_larger=(place.with_name("again.db-wal"), 8_200))
    assert done.code == -9
    ((_, doing),) = locks_of(place)
    assert doing == "importing larger.csv"
    again = scene.run(scene.larger, place)
    assert again.code == 0, again.err
    assert state_of(place) == after
    assert locks_of(place) == []


def test_a_kill_while_the_database_is_made_leaves_a_place_to_import_into(scene: Scene) -> None:
    chance = random.Random(4)
    timed = scene.run(scene.folder / "first.csv", scene.folder / "timed.db")
    assert timed.code == 0, timed.err
    for number in range(max(4, KILLS // 5)):
        place = scene.folder / f"new{number}.db"
        scene.run(
            scene.folder / "first.csv", place, kill_after=chance.uniform(0.1, 1.0) * timed.seconds
        )
        again = scene.run(scene.folder / "first.csv", place)
        assert again.code == 0, again.err
        assert state_of(place) == state_of(scene.database)


# ------------------------------------------------------------------ no room left


@pytest.mark.parametrize("room", [0.05, 0.3, 0.6, 0.9])
def test_a_disk_that_fills_up_is_said_and_nothing_is_lost(
    room: float, scene: Scene, whole: tuple[State, State, float]
) -> None:
    """A process may write files only so large: SQLite is refused a write, as on a full disk."""
    before, _, _ = whole
    place = scene.copy(f"full{room}.db")
    there = place.stat().st_size
    needed = (scene.folder / "whole.db").stat().st_size
    done = scene.run(
        scene.larger, place, largest_file=int(there + room * (needed - there)) // 4096 * 4096
    )
    assert_full(done, place)
    assert state_of(place) == before
    again = scene.run(scene.larger, place)
    assert again.code == 0, again.err
    assert locks_of(place) == []


def test_a_full_file_system_is_said_and_nothing_is_lost(
    scene: Scene, whole: tuple[State, State, float], tmp_path: Path
) -> None:
    before, _, _ = whole
    folder, size = tmp_path / "small", scene.database.stat().st_size + 400_000
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("file systems may not be mounted here")
    try:
        place = Path(shutil.copyfile(scene.database, folder / "mixes.db"))
        assert_full(scene.run(scene.larger, place), place)
        assert state_of(place) == before
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def assert_full(done: Done, place: Path) -> None:
    assert done.code == 1, done.err
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err
    assert repr(str(place)) in done.err
    assert "Free some space" in done.err
    assert "nothing was lost" in done.err


# ------------------------------------------------------------------ together


def opened(place: Path) -> LatticeDatabase:
    """The database of somebody who does not wait long."""
    return LatticeDatabase(Storage(create_database(str(place), busy_seconds=0.2)))


def test_a_second_import_is_told_who_holds_the_database(scene: Scene) -> None:
    place = scene.copy("busy.db")
    before = state_of(place)
    with (
        opened(place) as first,
        opened(place) as second,
        first._storage.importing("importing the-first.csv", keep=True),
    ):
        with pytest.raises(DatabaseBusy) as caught:
            second.import_files([scene.third], into="mixes")
        assert "importing the-first.csv" in caught.value.message
        assert f"process {os.getpid()}" in caught.value.message
        assert "since" in caught.value.message
        assert "nothing was changed" in caught.value.hint
    assert locks_of(place) == []
    assert state_of(place) == before


def test_a_second_import_works_when_the_first_has_failed(scene: Scene) -> None:
    place = scene.copy("failed.db")
    with opened(place) as first, opened(place) as second:
        with (
            pytest.raises(RuntimeError, match="the power"),
            first._storage.importing("importing the-first.csv", keep=True),
        ):
            raise RuntimeError("the power")
        assert locks_of(place) == []
        second.import_files([scene.third], into="mixes", on_conflict="keep")
    assert state_of(place).result_sets == ["first", "third"]


def test_readers_are_not_blocked_and_see_the_earlier_state_until_the_end(
    scene: Scene, whole: tuple[State, State, float]
) -> None:
    before, after, _ = whole
    place = scene.copy("read.db")
    counts, slowest = set(), 0.0
    with lattice.open(str(place)) as reader, lattice.open(str(place)) as writer:
        work = threading.Thread(
            target=lambda: writer.import_files([scene.larger], into="mixes", on_conflict="replace")
        )
        work.start()
        while work.is_alive():
            begun = time.monotonic()
            counts.add(reader["mixes"].sets(limit=1).total)
            slowest = max(slowest, time.monotonic() - begun)
        work.join()
        counts.add(reader["mixes"].sets(limit=1).total)
    assert counts == {len(before.sets), len(after.sets)}
    assert slowest < 5.0  # a reader that waited for the writer would give up after ten seconds
