"""The indexes of one lattice, made from storage once for every state."""

from __future__ import annotations

import threading

import numpy as np

from lattice.index import LatticeIndex, score_columns
from lattice.notation import Universe
from lattice.storage import Snapshot, Storage
from lattice.subsets import display_order, ranks


class Indexes:
    """Hands out the index of a lattice's latest state. Threads may share it."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage = storage
        self._name = name
        self._latest: LatticeIndex | None = None
        self._lock = threading.Lock()

    def latest(self) -> LatticeIndex:
        """The index of the latest state, read again only when the lattice has changed."""
        with self._storage.reading() as snapshot:
            state = snapshot.state(self._name)
            index = self._latest
            if index is None or index.state != state:
                with self._lock:
                    index = self._latest
                    if index is None or index.state != state:
                        index = self._latest = _read_index(snapshot, self._name)
            return index


def _read_index(snapshot: Snapshot, name: str) -> LatticeIndex:
    """Build the index of one consistent view."""
    catalog = snapshot.catalog(name)
    stored = snapshot.training_sets(catalog)
    found = snapshot.evaluations(catalog)
    order = display_order(stored.words)
    words = stored.words[order]
    row_of_place = np.empty(len(order), dtype=np.int64)
    row_of_place[order] = np.arange(len(order))
    row = row_of_place[np.searchsorted(stored.ids, found.training_set_id)]
    for array in (words, row):
        array.setflags(write=False)
    return LatticeIndex(
        state=catalog.state,
        universe=Universe(catalog.objects),
        measures=catalog.measures,
        words=words,
        ranks=ranks(words),
        columns=score_columns(
            len(catalog.measures),
            len(words),
            row=row,
            measure=found.measure,
            replicate=found.replicate,
            inner_replicate=found.inner_replicate,
            scope=found.scope,
            score=found.score,
            declared=found.declared,
            scopes=found.scopes,
        ),
    )
