"""A database of lattices: what it holds, and everything that changes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path as FilePath

from lattice.database import create_database, default_url, open_database
from lattice.doctor import examine
from lattice.exporting.report import MergeReport
from lattice.facade.lattices import Lattice
from lattice.importing.job import ImportOptions, import_files
from lattice.importing.mapping import Mapping
from lattice.importing.merging import MergeOptions, merge_database
from lattice.importing.records import Progress
from lattice.model import ImportReport, LatticeSummary, OnConflict
from lattice.reports import DoctorReport
from lattice.storage import Storage


def open_lattices(url: str | None = None) -> LatticeDatabase:
    """Open an existing database: a file, or any SQLAlchemy URL.

    Without `url`, `LATTICE_DB` or else `lattice.db` in the working directory is opened.

    Raises:
        DatabaseError: there is none, or it cannot be used.
    """
    return LatticeDatabase(Storage(open_database(url or default_url())))


def create_lattices(url: str | None = None) -> LatticeDatabase:
    """Open a database, making an empty one where there is none yet.

    Raises:
        DatabaseError: the place holds something else, or cannot be used.
    """
    return LatticeDatabase(Storage(create_database(url or default_url())))


class LatticeDatabase:
    """A database of lattices. Threads may share it; close it, or use it in a `with` block."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._lattices: dict[str, Lattice] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> LatticeDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getitem__(self, name: str) -> Lattice:
        """The lattice of this name.

        Raises:
            UnknownLattice: there is none; the closest names are offered.
        """
        self._storage.state(name)
        return self._named(name)

    def _named(self, name: str) -> Lattice:
        with self._lock:
            found = self._lattices.get(name)
            if found is None:
                found = self._lattices[name] = Lattice(self._storage, name)
            return found

    def __iter__(self) -> Iterator[str]:
        with self._storage.reading() as snapshot:
            return iter(snapshot.lattice_names())

    def __contains__(self, name: object) -> bool:
        with self._storage.reading() as snapshot:
            return name in snapshot.lattice_names()

    @property
    def place(self) -> str:
        """Where the database is."""
        return self._storage.place

    def one_question(self) -> AbstractContextManager[None]:
        """A block that asks one question: the state of a lattice is read once in it.

        The answer is of that state, or of a newer one where somebody wrote meanwhile.
        """
        return self._storage.states_read_once()

    def lattices(self) -> tuple[LatticeSummary, ...]:
        """Every lattice with its counts and completeness, by name."""
        with self._storage.reading() as snapshot:
            names = snapshot.lattice_names()
            return tuple(self._named(name).counts.of(snapshot).summary for name in names)

    def import_files(
        self,
        files: Sequence[FilePath | str],
        *,
        into: str | None = None,
        mapping: Mapping | None = None,
        progress: Progress | None = None,
        on_conflict: OnConflict = "refuse",
        dry_run: bool = False,
    ) -> ImportReport:
        """Import files in one transaction: all of them or nothing.

        Args:
            files: tables, coalition games, arrays, folders of runs, exports, or mappings (.toml)
                that name files.
            into: the lattice; left out, the mapping or the file's name says it.
            mapping: how the files are read; left out, it is detected.
            progress: told how far the work is.
            on_conflict: what happens to a score that disagrees with a stored one of the same cell
                and replicate: `refuse` the import, `keep` the stored one, `replace` it, or store
                it as a `new-replicate`.
            dry_run: do everything and keep nothing; the first rows that cannot be read are listed.

        Raises:
            ImportRefused: a file or mapping cannot be read; says file and line.
            Conflict: it disagrees with what is stored; lists where.
            DatabaseBusy: another import is running; says whose.
        """
        return import_files(
            self._storage,
            [FilePath(file) for file in files],
            into=into,
            mapping=mapping,
            options=ImportOptions(on_conflict, dry_run),
            progress=progress,
        )

    def merge(
        self,
        other: FilePath | str,
        lattices: Sequence[str] | None = None,
        *,
        into: str | None = None,
        on_conflict: OnConflict = "refuse",
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> MergeReport:
        """Merge the lattices of another database by name, in one transaction.

        The other database is only read. Result sets that both have are not stored again, but what
        either knows of superseded scores counts in both. In which order databases are merged
        makes no difference, as long as nothing disagrees.

        Args:
            other: a database file or URL.
            lattices: which of its lattices; left out, all.
            into: the lattice here, for a single one of the other; left out, that of its name.
            on_conflict: what happens to a score that disagrees with a stored one of the same cell
                and replicate, as in `import_files`.
            dry_run: do everything and keep nothing.
            progress: told how far the work is.

        Raises:
            DatabaseError: the other database cannot be read, or somebody is writing to this one.
            UnknownLattice: it has no such lattice.
            BadQuestion: it is this database, or several lattices are to become one.
            Conflict: it disagrees with what is stored; lists where.
        """
        options = MergeOptions(lattices, into, on_conflict, dry_run)
        return merge_database(self._storage, str(other), options, progress)

    def doctor(self) -> DoctorReport:
        """Check the database and every lattice in it; nothing is written."""
        return examine(self._storage)

    def close(self) -> None:
        """Release every connection."""
        self._storage.close()
