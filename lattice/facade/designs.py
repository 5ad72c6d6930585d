"""How the sets of a lattice were chosen, read once for every state and measure."""

from __future__ import annotations

import numpy as np

from lattice.index import MISSING, LatticeIndex
from lattice.storage import Storage, stored_designs
from lattice.values.estimates.designs import Drawn


class Designs:
    """The designs of one lattice's latest state. Threads may share it."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage, self._name = storage, name
        self._last: tuple[str, int, Drawn] | None = None

    def of(self, index: LatticeIndex, measure: int) -> Drawn:
        """How the sets of an index with a score under a measure were chosen.

        A set that was stored since the index was made plays no part.
        """
        last = self._last
        if last is not None and last[:2] == (index.state, measure):
            return last[2]
        with self._storage.reading() as snapshot:
            catalog = snapshot.catalog(self._name)
            name = index.measures[measure].name
            places = [place for place, each in enumerate(catalog.measures) if each.name == name]
            if not places:
                return Drawn()
            found = stored_designs(snapshot, catalog, places[0])
        drawn = Drawn(found.draws or Drawn().draws)
        if found.words is not None and found.first is not None:
            of_row = np.zeros(len(index), dtype=np.int64)
            rows = index.lookup.find(found.words)
            of_row[rows[rows != MISSING]] = found.first[rows != MISSING]
            drawn = Drawn(found.draws, of_row)
        self._last = (index.state, measure, drawn)
        return drawn
