"""Opens a database: engine, pragmas, transactions, and the upgrade of an older schema."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from lattice.errors import (
    DatabaseBusy,
    DatabaseError,
    DatabaseReadOnly,
    LatticeError,
    MissingDatabase,
    NewerDatabase,
    NotALattice,
)
from lattice.resources import migrations_folder
from lattice.schema import REVISIONS, database_info

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger("lattice")

DEFAULT_NAME = "lattice.db"
BUSY_SECONDS = 10.0
_POSTGRES_WRITE_LOCK = 0x1A771CE


def default_url() -> str:
    """Where the database is when nobody says: `LATTICE_DB`, else `lattice.db` here."""
    return os.environ.get("LATTICE_DB") or DEFAULT_NAME


class Database:
    """An open database whose schema is current.

    Threads may share one instance; every transaction takes its own connection. Writers wait for
    each other up to `busy_seconds`; readers never wait.
    """

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self.place = place

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database, for the length of the block."""
        with explained(self.place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the write lock: all of it is kept, or nothing."""
        with explained(self.place), _begin_writing(self._engine) as connection:
            yield connection

    @property
    def identity(self) -> str | None:
        """What names the database on this machine; None where it is only in memory."""
        url = self._engine.url
        if url.get_backend_name() != "sqlite":
            return url.render_as_string(hide_password=True)
        path = _sqlite_path(url)
        return None if path is None else str(path.resolve())

    def bare_connection(self) -> sqlite3.Connection | None:
        """A connection outside the pool for single reads; None where there is no file to open.

        Nothing is begun on it: each statement sees what was committed before. Threads may share
        it, one at a time. Whoever asks for it closes it.
        """
        path = _sqlite_path(self._engine.url)
        if path is None:
            return None
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw",  # never makes a file
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    def close(self) -> None:
        """Release every connection."""
        self._engine.dispose()


def open_database(place: str, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open the database at `place`: a file, or any SQLAlchemy URL. An older schema is upgraded.

    Raises:
        MissingDatabase: there is none.
        NotALattice: it is not one of ours.
        NewerDatabase: a newer version wrote it.
    """
    url = _url(place)
    path = _sqlite_path(url)
    if path is not None:
        _refuse_missing(path)
    return _opened(url, place, busy_seconds, may_create=False)


def create_database(place: str, *, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Open the database at `place`, or make an empty one where there is none yet.

    Raises:
        MissingDatabase: there is no folder for it, or it cannot be opened.
        NotALattice: something else is stored there.
        NewerDatabase: a newer version wrote it.
    """
    url = _url(place)
    path = _sqlite_path(url)
    if path is not None:
        _refuse_folder(path)
    if path is not None and not path.parent.is_dir():
        raise MissingDatabase(
            f"The folder {str(path.parent)!r} for the database does not exist.",
            hint="Make it, or name another place with --db.",
        )
    return _opened(url, place, busy_seconds, may_create=True)


# ------------------------------------------------------------------ places


def _url(place: str) -> URL:
    if "://" not in place:
        return URL.create("sqlite", database=str(Path(place).expanduser()))
    try:
        return make_url(place)
    except ArgumentError as error:
        raise MissingDatabase(
            f"{place!r} is no database URL.",
            hint="Examples: lattice.db, sqlite:///lattice.db, postgresql+psycopg://host/name.",
        ) from error


def _sqlite_path(url: URL) -> Path | None:
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:":
        return None
    return None if name.startswith("file:") else Path(name)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise NotALattice(
            f"{str(path)!r} is a folder, not a database.",
            hint=f"Name the file in it, for example {str(path / DEFAULT_NAME)!r}.",
        )


def _refuse_missing(path: Path) -> None:
    _refuse_folder(path)
    if not path.exists():
        raise MissingDatabase(
            f"There is no database at {str(path)!r}.",
            hint="`lattice import FILE` makes one there; --db or LATTICE_DB names another place.",
        )


def _opened(url: URL, place: str, busy_seconds: float, *, may_create: bool) -> Database:
    try:
        engine = create_engine(url, connect_args=_connect_arguments(url, busy_seconds))
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise MissingDatabase(
            f"No driver is installed for {url.drivername!r} databases ({error}).",
            hint="Install it, for example `pip install psycopg` for postgresql+psycopg://.",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine, url.render_as_string(hide_password=True) if url.host else place)
    try:
        with explained(database.place):
            _bring_up_to_date(engine, database.place, may_create)
    except LatticeError:
        engine.dispose()
        raise
    return database


# ------------------------------------------------------------------ SQLite's ways


def _connect_arguments(url: URL, busy_seconds: float) -> dict[str, object]:
    if url.get_backend_name() != "sqlite":
        return {}
    # No isolation level: the driver begins nothing by itself, we say BEGIN below.
    return {"timeout": busy_seconds, "isolation_level": None, "check_same_thread": False}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("write_lock", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _begin_writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(write_lock=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRES_WRITE_LOCK}
            )
        yield connection


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn the driver's errors about the database itself into ours; others pass unchanged."""
    try:
        yield
    except DBAPIError as error:
        translated = _translated(str(error.orig), place, isinstance(error, OperationalError))
        if translated is None:
            raise
        raise translated from error


def _translated(message: str, place: str, operational: bool) -> DatabaseError | None:
    if "locked" in message or "busy" in message:
        return DatabaseBusy(
            f"Another process is writing to {place!r}.", hint="Wait for it, then try again."
        )
    if "readonly" in message or "read-only" in message:
        return DatabaseReadOnly(
            f"{place!r} cannot be written: the file or its folder is read-only.",
            hint="Copy it to a place of your own, or change its permissions.",
        )
    if "not a database" in message or "malformed" in message:
        return NotALattice(
            f"{place!r} is not a lattice database: {message}.",
            hint="Name another place with --db or LATTICE_DB.",
        )
    if "unable to open" in message:
        return MissingDatabase(
            f"{place!r} cannot be opened: {message}.", hint="Check the path and its permissions."
        )
    if operational and "disk" in message:
        return DatabaseError(f"{place!r}: {message}.", hint="Free some space; nothing was lost.")
    if operational:  # a server that is not there, or not for us
        reason = message.strip().splitlines()[0].rstrip(".")
        return DatabaseError(
            f"{place!r} does not answer: {reason}.", hint="Check the URL, and that it runs."
        )
    return None


# ------------------------------------------------------------------ schema versions


def _bring_up_to_date(engine: Engine, place: str, may_create: bool) -> None:
    with engine.begin() as connection:
        found = _revision(connection, place, may_create)
    if found == REVISIONS[-1]:
        return
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()  # the journal cannot be changed inside a transaction
        raw.cursor().execute("PRAGMA journal_mode = WAL")
        raw.close()
    with _begin_writing(engine) as connection:
        found = _revision(connection, place, may_create)  # another process may have been faster
        if found == REVISIONS[-1]:
            return
        if found is not None:
            logger.warning("%s has schema %s; upgrading it to %s.", place, found, REVISIONS[-1])
        upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the Alembic scripts up to the current schema, inside this transaction."""
    from alembic import command  # slow to import, and rarely needed

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """What Alembic's commands need to work on this connection with the bundled scripts."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection, place: str, may_create: bool) -> str | None:
    """The schema's revision; None for an empty database that may be filled."""
    tables = set(inspect(connection).get_table_names())
    if not tables and may_create:
        return None
    if not {"alembic_version", "lattice", "database_info"} <= tables:
        what = "is empty" if not tables else "holds other tables"
        raise NotALattice(
            f"{place!r} is not a lattice database: it {what}.",
            hint="Name another place with --db or LATTICE_DB; `lattice import` makes one.",
        )
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found in REVISIONS:
        return str(found)
    needs = connection.execute(
        select(database_info.c.value).where(database_info.c.key == "needs datalattice")
    ).scalar()
    raise NewerDatabase(
        f"{place!r} has schema {found}, newer than this version's {REVISIONS[-1]}.",
        hint=f"It needs datalattice {needs} or later: pip install --upgrade datalattice",
    )
