from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import lattice
from lattice.database import create_database, default_url, open_database
from lattice.errors import (
    DatabaseBusy,
    DatabaseError,
    DatabaseReadOnly,
    MissingDatabase,
    NewerDatabase,
    NotALattice,
)
from lattice.facade import LatticeDatabase
from lattice.storage import Storage

TABLE = "train_set,accuracy\nA,0.5\nAB,0.75\n"
WriteFile = Callable[[str, str | bytes], Path]


@pytest.fixture
def results(write_file: WriteFile) -> Path:
    return write_file("results.csv", TABLE)


@pytest.fixture
def filled(database_place: Path, results: Path) -> Path:
    with lattice.create(str(database_place)) as database:
        database.import_files([results])
    return database_place


@pytest.fixture
def write_lock(filled: Path) -> Iterator[Path]:
    """A filled database while somebody else is in the middle of a write."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield filled
        other.execute("ROLLBACK")


def refused_to_open(place: str | Path) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        open_database(str(place))
    return caught.value


# ------------------------------------------------------------------ places


def test_the_database_is_lattice_db_here_when_nobody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATTICE_DB", raising=False)
    assert default_url() == "lattice.db"


def test_the_environment_names_the_database(
    monkeypatch: pytest.MonkeyPatch, filled: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("LATTICE_DB", str(filled))
    assert default_url() == str(filled)
    with lattice.open() as database:
        assert list(database) == ["results"]


def test_an_empty_environment_variable_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATTICE_DB", "")
    assert default_url() == "lattice.db"


def test_without_a_place_the_working_directory_has_the_database(
    monkeypatch: pytest.MonkeyPatch, results: Path, tmp_path: Path
) -> None:
    monkeypatch.delenv("LATTICE_DB", raising=False)
    monkeypatch.chdir(tmp_path)
    with lattice.create() as database:
        database.import_files([results])
    assert (tmp_path / "lattice.db").is_file()


def test_a_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch, filled: Path) -> None:
    monkeypatch.setenv("HOME", str(filled.parent))
    with lattice.open(f"~/{filled.name}") as database:
        assert list(database) == ["results"]


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_file_and_its_url_are_one_database(form: str, filled: Path) -> None:
    with lattice.open(form.format(filled)) as database:
        assert database["results"].show().summary.training_sets == 2


def test_a_missing_database_says_how_to_make_one(tmp_path: Path) -> None:
    place = tmp_path / "none.db"
    error = refused_to_open(place)
    assert isinstance(error, MissingDatabase)
    assert error.message == f"There is no database at {str(place)!r}."
    assert "lattice import" in error.hint
    assert "LATTICE_DB" in error.hint
    assert not place.exists()


def test_a_missing_database_is_missing_as_a_url_too(tmp_path: Path) -> None:
    error = refused_to_open(f"sqlite:///{tmp_path}/none.db")
    assert isinstance(error, MissingDatabase)
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_not_made_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingDatabase, match="does not exist") as caught:
        create_database(str(tmp_path / "no" / "such.db"))
    assert str(tmp_path / "no") in caught.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["sqlite//x", "://", "nonsense://", "post gres://host/name"])
def test_a_bad_url_is_refused_with_examples(url: str) -> None:
    with pytest.raises(MissingDatabase) as caught:
        open_database(url)
    assert caught.value.hint


@pytest.mark.parametrize("place", ["postgresql+psycopg://localhost/name", "whatever://host/name"])
def test_a_driver_that_is_not_installed_is_named(place: str) -> None:
    with pytest.raises(MissingDatabase, match="No driver is installed") as caught:
        open_database(place)
    assert place.partition(":")[0] in caught.value.message
    assert "pip install" in caught.value.hint


# ------------------------------------------------------------------ files that are not ours


@pytest.mark.parametrize("opening", [open_database, create_database])
def test_a_folder_is_no_database(opening: Callable[[str], object], tmp_path: Path) -> None:
    with pytest.raises(NotALattice, match="is a folder, not a database") as caught:
        opening(str(tmp_path))
    assert str(tmp_path / "lattice.db") in caught.value.hint


@pytest.mark.parametrize("opening", [open_database, create_database])
@pytest.mark.parametrize("content", [b"train_set,accuracy\nA,0.5\n" * 50, b"SQLite format 3\0" * 9])
def test_a_file_of_something_else_is_no_database(
    opening: Callable[[str], object], content: bytes, write_file: WriteFile
) -> None:
    path = write_file("notes.db", content)
    with pytest.raises(NotALattice, match="is not a lattice database") as caught:
        opening(str(path))
    assert str(path) in caught.value.message
    assert path.read_bytes() == content


def test_an_empty_file_is_no_database_to_open(write_file: WriteFile) -> None:
    error = refused_to_open(write_file("empty.db", b""))
    assert isinstance(error, NotALattice)
    assert "it is empty" in error.message


def test_an_empty_file_may_be_filled(write_file: WriteFile, results: Path) -> None:
    place = write_file("empty.db", b"")
    with lattice.create(str(place)) as database:
        database.import_files([results])
        assert list(database) == ["results"]


@pytest.mark.parametrize("opening", [open_database, create_database])
@pytest.mark.parametrize("table", ["songs", "alembic_version", "lattice"])
def test_the_database_of_another_program_is_left_alone(
    opening: Callable[[str], object], table: str, tmp_path: Path
) -> None:
    place = tmp_path / "songs.db"
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(f"CREATE TABLE {table} (version_num TEXT)")
    before = place.read_bytes()
    with pytest.raises(NotALattice, match="it holds other tables"):
        opening(str(place))
    assert place.read_bytes() == before


def test_every_refusal_is_one_sentence_and_a_hint(tmp_path: Path, write_file: WriteFile) -> None:
    for place in (tmp_path, tmp_path / "none.db", write_file("text.db", "text " * 99)):
        error = refused_to_open(place)
        assert error.message.endswith(".")
        assert "\n" not in str(error)
        assert error.hint


def test_a_newer_schema_is_refused_with_the_version_that_it_needs(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.execute("UPDATE database_info SET value = '7.2' WHERE key = 'needs datalattice'")
    error = refused_to_open(filled)
    assert isinstance(error, NewerDatabase)
    assert "schema 0099" in error.message
    assert "datalattice 7.2 or later" in error.hint
    with pytest.raises(NewerDatabase):
        create_database(str(filled))


# ------------------------------------------------------------------ writers and readers


def test_a_writer_is_refused_while_another_writes_and_readers_go_on(
    write_lock: Path, write_file: WriteFile
) -> None:
    more = write_file("more.csv", "train_set,accuracy\nB,0.25\n")
    storage = Storage(open_database(str(write_lock), busy_seconds=0.1))
    with LatticeDatabase(storage) as database:
        with pytest.raises(DatabaseBusy, match="Another process is writing") as caught:
            database.import_files([more], into="results")
        assert str(write_lock) in caught.value.message
        cell = database["results"].set("AB").cells[0]
        assert cell is not None
        assert cell.mean == 0.75


def test_a_reader_sees_one_state_while_another_writes(filled: Path, write_file: WriteFile) -> None:
    more = write_file("more.csv", "train_set,accuracy\nB,0.25\n")
    database = open_database(str(filled))
    with LatticeDatabase(Storage(open_database(str(filled)))) as other:
        with database.reading() as connection:
            count = "SELECT count(*) FROM training_set"
            assert connection.exec_driver_sql(count).scalar() == 2
            other.import_files([more], into="results")
            assert connection.exec_driver_sql(count).scalar() == 2
        with database.reading() as connection:
            assert connection.exec_driver_sql(count).scalar() == 3
    database.close()


def test_a_waiting_writer_gets_its_turn(filled: Path, write_file: WriteFile) -> None:
    import threading

    more = write_file("more.csv", "train_set,accuracy\nB,0.25\n")
    other = sqlite3.connect(filled, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, other.execute, ["ROLLBACK"])
    release.start()
    with lattice.open(str(filled)) as database:
        report = database.import_files([more], into="results")
    release.join()
    other.close()
    assert report.imported[0].training_sets == 1


def test_an_error_inside_a_transaction_undoes_it(filled: Path) -> None:
    database = open_database(str(filled))

    def fail_halfway() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE lattice SET title = 'changed'")
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        fail_halfway()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT title FROM lattice").scalar() is None
    database.close()


def test_a_read_only_database_is_read_and_not_written(
    filled: Path, write_file: WriteFile, read_tables: Callable[[Path], object]
) -> None:
    more = write_file("more.csv", "train_set,accuracy\nB,0.25\n")
    before = read_tables(filled)
    with lattice.open(f"sqlite:///file:{filled}?mode=ro&uri=true") as database:
        assert database["results"].show().summary.training_sets == 2
        with pytest.raises(DatabaseReadOnly, match="cannot be written") as caught:
            database.import_files([more], into="results")
        assert database["results"].show().summary.training_sets == 2
    assert "\n" not in str(caught.value)
    assert read_tables(filled) == before


def test_foreign_keys_are_on_and_the_journal_is_a_write_ahead_log(filled: Path) -> None:
    database = open_database(str(filled))
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()


def test_a_database_in_memory_lives_as_long_as_it_is_open(results: Path) -> None:
    with lattice.create(":memory:") as database:
        database.import_files([results])
        assert database["results"].show().summary.evaluations == 2
    with lattice.create(":memory:") as database:
        assert list(database) == []
