from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

import lattice
from lattice.resources import bundled_manifests

Tables = dict[str, list[tuple[object, ...]]]

# The width of the terminal that runs the tests: the command line would keep it for all of them.
os.environ.pop("COLUMNS", None)

# A run that a script starts in the background ignores interrupts: servers that it starts would, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes depends on what else the machine does.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def no_files_at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Kept indexes go to a folder of the tests, also from processes that they start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATTICE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all bundled result sets; only to be read."""
    place = tmp_path_factory.mktemp("bundled") / "bundled.db"
    with lattice.create(str(place)) as database:
        database.import_files(bundled_manifests())
    return place


@pytest.fixture
def database_place(tmp_path: Path) -> Path:
    """Where a new database may be made."""
    return tmp_path / "lattice.db"


@pytest.fixture
def write_file(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of this name and content, and gives its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def read_tables() -> Callable[[Path], Tables]:
    """Reads every table of a database file with plain sqlite3, rows sorted."""

    def read(place: Path) -> Tables:
        with closing(sqlite3.connect(place)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {
                name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
                for (name,) in names.fetchall()
            }

    return read
