"""The indexes of one lattice: made once for every state, followed, kept, or only a part read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import combinations
from math import comb

from lattice.cache import Cache
from lattice.index import LatticeIndex
from lattice.notation import Universe
from lattice.packing import Packed, derived, packed
from lattice.storage import Snapshot, Storage
from lattice.stored import Catalog, Labels, StoredSets
from lattice.subsets import mask_of_positions, words_of_masks

LARGE = 50_000
"""Lattices of more sets are worth reading in part."""
WORTH_KEEPING = 20_000
"""The arrays of that many evaluations are kept as a file."""
MOST_LOOKUPS = 20_000
"""A part of more possible sets is not looked up set by set."""
_PARTS = 8
FOLLOWED_SETS = 5_000
FOLLOWED_WRITES = 500


@dataclass(frozen=True, eq=False)
class _Held:
    """The index of a state, and how far it is from the state that is kept as a file."""

    arrays: Packed
    index: LatticeIndex
    kept_revision: int
    unkept_sets: int


class Indexes:
    """Hands out the index of a lattice's latest state. Threads may share it.

    The index of the next state is derived from the last one, or from a file of an earlier state,
    where only some sets were touched since; otherwise it is read as a whole. Every index comes
    from one snapshot.
    """

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage = storage
        self._name = name
        self._cache = Cache(storage.identity, name)
        self._held: _Held | None = None
        self._parts = 0
        self._lock = threading.Lock()

    def latest(self) -> LatticeIndex:
        """The index of the latest state, read again only when the lattice has changed."""
        held = self._held
        if held is not None and held.index.state == self._storage.state(self._name):
            return held.index
        with self.at_once() as (index, _):
            return index

    @contextmanager
    def at_once(self) -> Iterator[tuple[LatticeIndex, Snapshot]]:
        """The index of the latest state with the snapshot that it is of, for the block."""
        with ExitStack() as stack:
            with self._lock:
                snapshot = stack.enter_context(self._storage.reading())
                index = self._followed(snapshot)
                if index is None:
                    index = self._whole(snapshot)
            yield index, snapshot

    def around(self, read: Callable[[Universe], Sequence[int]], radius: int = 1) -> LatticeIndex:
        """An index that holds the stored ones of some sets, and all within `radius` of them.

        It is partial where the lattice is large and no index of it is at hand. After a few
        partial ones at one state the whole index is read: somebody is asking on.

        Args:
            read: gives the sets as masks, once the universe is known.
            radius: how many objects the other sets differ in, at most.
        """
        held = self._held
        if held is not None and held.index.state == self._storage.state(self._name):
            return held.index
        with self._lock, self._storage.reading() as snapshot:
            found = self._followed(snapshot)
            if found is not None:
                return found
            catalog = snapshot.catalog(self._name)
            universe = Universe(catalog.objects)
            masks = read(universe)
            lookups = len(masks) * sum(comb(universe.n, k) for k in range(radius + 1))
            small = snapshot.count_sets(catalog.id, most=LARGE + 1) <= LARGE
            if small or lookups > MOST_LOOKUPS or self._parts >= _PARTS:
                return self._whole(snapshot)
            self._parts += 1
            ball = _ball(masks, universe.n, radius)
            return _part(snapshot, catalog, _stored(snapshot, catalog, ball))

    def labelled(self, read: Callable[[Universe], Sequence[int]]) -> tuple[LatticeIndex, Labels]:
        """An index that holds the stored ones of some sets alone, and their replicates' labels.

        Args:
            read: gives the sets as masks, once the universe is known.
        """
        with self._storage.reading() as snapshot:
            catalog = snapshot.catalog(self._name)
            stored = _stored(snapshot, catalog, set(read(Universe(catalog.objects))))
            labels = snapshot.replicate_labels(catalog, stored.ids)
            return _part(snapshot, catalog, stored), labels

    def _followed(self, snapshot: Snapshot) -> LatticeIndex | None:
        """The index of the snapshot's state as far as it is at hand, here or in a file."""
        state = snapshot.state(self._name)
        held = self._held
        if held is not None and held.index.state == state:
            return held.index
        catalog = snapshot.catalog(self._name)
        kept = self._cache.load(state)
        if kept is not None:
            return self._hold(_Held(kept, kept.index(catalog), kept.revision, 0))
        if held is not None and (index := self._derived(snapshot, catalog, held)) is not None:
            return index
        for old in self._cache.others(state):
            start = _Held(old, old.index(catalog), old.revision, 0)
            if (index := self._derived(snapshot, catalog, start)) is not None:
                return index
        return None

    def _derived(self, snapshot: Snapshot, catalog: Catalog, old: _Held) -> LatticeIndex | None:
        """The index of the snapshot's state, from an earlier one; None where that cannot be."""
        touched = snapshot.sets_touched_since(catalog, old.arrays.revision, old.arrays.state)
        if touched is None:
            return None
        stored = snapshot.training_sets(catalog, touched)
        arrays = derived(old.arrays, catalog, stored, snapshot.evaluations(catalog, touched))
        if arrays is None:
            return None
        unkept = old.unkept_sets + len(touched)
        far = arrays.revision - old.kept_revision
        if unkept >= FOLLOWED_SETS or far >= FOLLOWED_WRITES:
            return self._keep(arrays, catalog)
        return self._hold(_Held(arrays, arrays.index(catalog), old.kept_revision, unkept))

    def _whole(self, snapshot: Snapshot) -> LatticeIndex:
        """The index of the snapshot's state, read from all that is stored."""
        catalog = snapshot.catalog(self._name)
        return self._keep(
            packed(catalog, snapshot.training_sets(catalog), snapshot.evaluations(catalog)), catalog
        )

    def _keep(self, arrays: Packed, catalog: Catalog) -> LatticeIndex:
        if sum(int(column.count.sum()) for column in arrays.columns) > WORTH_KEEPING:
            self._cache.save(arrays)
        return self._hold(_Held(arrays, arrays.index(catalog), arrays.revision, 0))

    def _hold(self, held: _Held) -> LatticeIndex:
        self._held, self._parts = held, 0
        return held.index


def _ball(masks: Sequence[int], n: int, radius: int) -> set[int]:
    """The sets that differ from one of `masks` in at most `radius` of n objects."""
    changes = [
        mask_of_positions(each)
        for size in range(radius + 1)
        for each in combinations(range(n), size)
    ]
    return {mask ^ change for mask in masks for change in changes}


def _stored(snapshot: Snapshot, catalog: Catalog, masks: set[int]) -> StoredSets:
    """Those of the sets that are stored."""
    width = max(1, -(-len(catalog.objects) // 64))
    return snapshot.sets_among(catalog, words_of_masks(sorted(masks), width))


def _part(snapshot: Snapshot, catalog: Catalog, stored: StoredSets) -> LatticeIndex:
    """An index of these sets, and of no others."""
    found = snapshot.evaluations(catalog, stored.ids)
    return packed(catalog, stored, found).index(catalog, snapshot.count_sets(catalog.id))
