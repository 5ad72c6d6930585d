"""The corpus through the real command, a process each: refused in one line, or read as it is meant.

The files are described in tests/importing/corpus: encodings, tables, archives, places, names.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.importing.corpus.cases import READABLE, REFUSED
from tests.importing.corpus.specimens import GOOD, Read, Refused, file
from tests.nursery import Done, Nursery

Tables = dict[str, list[tuple[object, ...]]]
ReadTables = Callable[[Path], Tables]
MOST_MEGABYTES = 600.0
MOST_ADDRESSES = 4 * 2**30
MOST_SECONDS = 15.0


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("nursery")) as made:
        yield made


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Path:
    """A database with one result set; only to be copied."""
    folder = tmp_path_factory.mktemp("earlier")
    file("earlier.csv", "train_set,accuracy\nX,0.5\nXY,0.25\n")(folder)
    done = nursery.run("import", "earlier.csv", "--db", "lattice.db", cwd=folder)
    assert done.code == 0, done.err
    return folder / "lattice.db"


@pytest.fixture
def folder(tmp_path: Path, earlier: Path) -> Path:
    """A folder with that database in it."""
    made = tmp_path / "work"
    made.mkdir()
    shutil.copyfile(earlier, made / "lattice.db")
    return made


def bring(nursery: Nursery, folder: Path, *arguments: str) -> Done:
    """Import into a new lattice of the folder's database; bounded in time and memory."""
    into = ("import", "--db", "lattice.db", "--into", "new")
    done = nursery.run(
        *into, *arguments, cwd=folder, kill_after=MOST_SECONDS, most_memory=MOST_ADDRESSES
    )
    assert done.code != -9, f"not done after {done.seconds:.0f} s"
    assert "Traceback" not in done.err, done.err[-2000:]
    assert done.peak_megabytes < MOST_MEGABYTES
    return done


def scores_in(place: Path) -> dict[frozenset[str], float]:
    """Every score of the lattice `new` by the names in its set, with plain sqlite3."""
    with closing(sqlite3.connect(place)) as connection:
        ((lattice,),) = connection.execute("SELECT id FROM lattice WHERE name = 'new'").fetchall()
        names = connection.execute(
            "SELECT position, name FROM data_object WHERE lattice_id = ?", (lattice,)
        ).fetchall()
        rows = connection.execute(
            "SELECT members, score FROM evaluation JOIN training_set"
            " ON training_set.id = training_set_id WHERE lattice_id = ?",
            (lattice,),
        ).fetchall()
    found = {
        frozenset(
            name for place, name in names if int.from_bytes(members, "little") >> place & 1
        ): score
        for members, score in rows
    }
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("specimen", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_in_one_line_and_nothing_is_changed(
    specimen: Refused, nursery: Nursery, folder: Path, earlier: Path, read_tables: ReadTables
) -> None:
    specimen.make(folder)
    done = bring(nursery, folder, *specimen.arguments)
    assert done.code == 1, done.out
    assert done.out == ""
    assert done.err.startswith("lattice: ")
    assert done.err.count("\n") == 1
    assert len(done.err) < 1_000
    for part in specimen.says:
        assert part in done.err, done.err
    assert read_tables(folder / "lattice.db") == read_tables(earlier)


@pytest.mark.parametrize("specimen", READABLE.values(), ids=READABLE.keys())
def test_it_is_read_with_the_right_numbers(specimen: Read, nursery: Nursery, folder: Path) -> None:
    specimen.make(folder)
    done = bring(nursery, folder, *specimen.arguments)
    assert done.code == 0, done.err
    assert scores_in(folder / "lattice.db") == specimen.scores


def test_an_archive_writes_nothing_where_its_members_point(nursery: Nursery, folder: Path) -> None:
    READABLE["an archive whose members have paths"].make(folder)
    bring(nursery, folder, "g.npz", "--metric", "accuracy", "--direction", "higher")
    assert not Path("/tmp/escaped.npy").exists()
    assert not list(folder.parent.rglob("*escaped*"))
    assert not list(folder.parent.parent.glob("*escaped*"))


@pytest.mark.parametrize("command", ["show", "grid", "neighbors", "path"])
def test_names_that_look_like_markup_are_printed_as_they_are(
    command: str, nursery: Nursery, folder: Path
) -> None:
    specimen = READABLE["names that look like markup"]
    specimen.make(folder)
    bring(nursery, folder, *specimen.arguments)
    sets = {"neighbors": ("[/b]",), "path": ("[/b]", "[/b]")}.get(command, ())
    done = nursery.run(command, "new", *sets, "--db", "lattice.db", cwd=folder)
    assert done.code == 0, done.err
    assert "[/b]" in done.out


def test_a_table_is_no_database_and_stays_what_it_is(nursery: Nursery, folder: Path) -> None:
    file("t.csv", GOOD)(folder)
    done = nursery.run("import", "t.csv", "--db", "t.csv", cwd=folder)
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "'t.csv' is not a lattice database" in done.err
    assert (folder / "t.csv").read_text() == GOOD


def test_a_dry_run_of_a_bad_file_changes_nothing_either(
    nursery: Nursery, folder: Path, earlier: Path, read_tables: ReadTables
) -> None:
    file("t.csv", "train_set,accuracy\nA,0.5\nB,nan\nAB,0.75\nC,0.25\n")(folder)
    done = bring(nursery, folder, "t.csv", "--dry-run")
    assert done.code == 1
    assert "t.csv, line 3" in done.out
    assert read_tables(folder / "lattice.db") == read_tables(earlier)
