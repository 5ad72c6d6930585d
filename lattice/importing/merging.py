"""Merges lattices of another database into this one, by name and in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lattice.errors import BadQuestion
from lattice.exporting.report import MergeReport
from lattice.importing.records import Progress
from lattice.importing.storing import store
from lattice.model import OnConflict
from lattice.storage import Storage
from lattice.storage.portable import read_portable
from lattice.storage.visiting import visiting


@dataclass(frozen=True)
class MergeOptions:
    """Which lattices of another database are merged, into which, and how."""

    lattices: Sequence[str] | None = None
    into: str | None = None
    on_conflict: OnConflict = "refuse"
    dry_run: bool = False


def merge_database(
    storage: Storage, place: str, options: MergeOptions, progress: Progress | None
) -> MergeReport:
    """Merge lattices of another database in one transaction; the other one is only read.

    Raises:
        DatabaseError: the other database cannot be read.
        UnknownLattice: it has no such lattice.
        BadQuestion: it is this database, or several lattices are to become one.
        Conflict: it disagrees with what is stored.
    """
    with visiting(place, storage) as other, other.reading() as snapshot:
        names = list(dict.fromkeys(options.lattices or snapshot.lattice_names()))
        if options.into is not None and len(names) != 1:
            raise BadQuestion(
                f"{len(names)} lattices cannot be merged into one.",
                hint="Name one lattice of the other database beside --into.",
            )
        for name in names:
            snapshot.state(name)
        doing = f"merging {place}"
        with storage.importing(doing[:200], keep=not options.dry_run) as writer:
            merged = tuple(
                store(
                    writer,
                    read_portable(snapshot, name),
                    name if options.into is None else options.into,
                    options.on_conflict,
                    progress or _silent,
                )
                for name in names
            )
    return MergeReport(options.dry_run, place, merged)


def _silent(stage: str, done: int, total: int) -> None:
    """Report progress to nobody."""
