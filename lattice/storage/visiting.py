"""Opens another database to read from: nothing in it is changed, and it is never upgraded."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from lattice.database import Database, explained, open_database
from lattice.errors import (
    BadQuestion,
    DatabaseError,
    DatabaseReadOnly,
    MissingDatabase,
    NotALattice,
)
from lattice.schema import REVISIONS
from lattice.storage.access import Storage

_SIGN = b"SQLite format 3\x00"


@contextmanager
def visiting(place: str, host: Storage) -> Iterator[Storage]:
    """Another database, for reading only.

    A SQLite file with an older schema is copied to a temporary file, which is upgraded, and so is
    one in a folder where SQLite cannot make its own files; a server with an older schema is
    refused.

    Raises:
        BadQuestion: it is the host itself.
        DatabaseError: it is missing, is none of ours, or is newer than this version.
    """
    path = _path(place)
    if path is None:
        _refuse_host(place, host)
        _refuse_older(place)
        with _opened(open_database(place)) as storage:
            yield storage
        return
    _refuse_missing(path)
    _refuse_same_file(path, host)
    with (
        tempfile.TemporaryDirectory(prefix="lattice-") as folder,
        _opened(_database(path, Path(folder))) as storage,
    ):
        yield storage


@contextmanager
def _opened(database: Database) -> Iterator[Storage]:
    storage = Storage(database)
    try:
        yield storage
    finally:
        storage.close()


# ------------------------------------------------------------------ files


def _path(place: str) -> Path | None:
    """The file that a place names; None for a server."""
    if "://" not in place:
        return Path(place).expanduser()
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise MissingDatabase(
            f"{place!r} is no database URL.",
            hint="Examples: lattice.db, sqlite:///lattice.db, postgresql+psycopg://host/name.",
        ) from error
    return Path(url.database or ":memory:") if url.get_backend_name() == "sqlite" else None


def _database(path: Path, folder: Path) -> Database:
    """The database itself, or where it may not be touched a copy in the folder."""
    if not _is_older(path):
        try:
            return open_database(str(path))
        except (DatabaseReadOnly, MissingDatabase):
            pass  # SQLite cannot make its own files beside it
    return open_database(str(_copied(path, folder)))


def _refuse_missing(path: Path) -> None:
    if not path.exists():
        raise MissingDatabase(
            f"There is no database at {str(path)!r}.", hint="Name the file to merge from."
        )
    if not path.is_file():
        raise NotALattice(f"{str(path)!r} is no file.", hint="Name the file to merge from.")
    with path.open("rb") as stream:
        start = stream.read(len(_SIGN))
    if start != _SIGN:
        raise NotALattice(
            f"{str(path)!r} is not a lattice database.",
            hint="Exports and result files are read with `lattice import`.",
        )


def _refuse_same_file(path: Path, host: Storage) -> None:
    own = _path(host.place)
    if own is not None and own.exists() and own.samefile(path):
        raise _same(str(path))


def _same(place: str) -> BadQuestion:
    return BadQuestion(
        f"{place!r} is the database to merge into.", hint="Name another one to merge from."
    )


def _is_older(path: Path) -> bool:
    """Whether the file has an older schema of ours; what else may be wrong, opening it says."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return False
    return found is not None and found[0] in REVISIONS[:-1]


def _copied(path: Path, folder: Path) -> Path:
    """A copy; where SQLite cannot open the file as it is, with its log beside it."""
    copy = folder / path.name
    try:
        with closing(sqlite3.connect(path)) as there, closing(sqlite3.connect(copy)) as here:
            there.backup(here)
        return copy
    except sqlite3.OperationalError:
        copy.unlink(missing_ok=True)
    try:
        shutil.copyfile(path, copy)
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            shutil.copyfile(log, copy.with_name(log.name))
    except OSError as error:
        raise DatabaseError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    return copy


# ------------------------------------------------------------------ servers


def _refuse_host(place: str, host: Storage) -> None:
    if "://" not in host.place:
        return
    here, there = make_url(host.place), make_url(place)
    if (here.host, here.port, here.database) == (there.host, there.port, there.database):
        raise _same(host.place)


def _refuse_older(place: str) -> None:
    url = make_url(place)
    shown = url.render_as_string(hide_password=True)
    try:
        engine = create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError):
        return  # opening it says which driver is missing
    try:
        with explained(shown), engine.connect() as connection:
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (DBAPIError, DatabaseError):
        return  # opening it says what is wrong
    finally:
        engine.dispose()
    if found in REVISIONS[:-1]:
        raise DatabaseError(
            f"{shown!r} has the older schema {found}; merging would have to upgrade it.",
            hint=f"Upgrade it first by opening it with this version: lattice ls --db {shown}",
        )
