"""What a lattice holds, counted once for every state: the moves of a million sets take a second."""

from __future__ import annotations

import threading

import msgspec

from lattice.cache import Cache
from lattice.model import LatticeSummary, ResultSet
from lattice.storage import Snapshot

WORTH_KEEPING = 20_000
"""The counts of that many evaluations are kept as a file."""


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The summary of one state, the cells under each measure, and the result sets."""

    summary: LatticeSummary
    cells: tuple[int, ...]
    result_sets: tuple[ResultSet, ...]


class Counts:
    """The counts of one lattice's latest state. Threads may share it: one counts, others wait."""

    def __init__(self, database: str | None, name: str) -> None:
        self._name = name
        self._cache = Cache(database, name)
        self._counted: Counted | None = None
        self._lock = threading.Lock()

    def of(self, snapshot: Snapshot) -> Counted:
        """The counts of the snapshot's state."""
        with self._lock:
            state = snapshot.state(self._name)
            if self._counted is None or self._counted.summary.state != state:
                self._counted = self._kept(state) or self._count(snapshot)
            return self._counted

    def _kept(self, state: str) -> Counted | None:
        note = self._cache.note(state)
        if note is None:
            return None
        try:
            counted = msgspec.json.decode(note, type=Counted)
        except msgspec.DecodeError:
            return None  # of another version
        return counted if counted.summary.state == state else None

    def _count(self, snapshot: Snapshot) -> Counted:
        catalog = snapshot.catalog(self._name)
        tallies = snapshot.tallies(catalog)
        counted = Counted(
            snapshot.summary(catalog, tallies),
            tuple(each.cells for each in tallies),
            snapshot.result_sets(catalog),
        )
        if counted.summary.evaluations > WORTH_KEEPING:
            self._cache.keep_note(counted.summary.state, msgspec.json.encode(counted))
        return counted
