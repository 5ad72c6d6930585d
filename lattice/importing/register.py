"""The sets that one import has met so far, with their ids: found by signature, in any number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.subsets import Words, signatures, widen, word_count

Ids = NDArray[np.int64]


class SetRegister:
    """A growing table of distinct sets.

    Signatures are kept in sorted runs that are merged as they grow, so that a million sets that
    come in batches cost a few sorts; 24 bytes a set and its packed members are held.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self._words: Words = np.empty((0, word_count(n)), dtype=np.uint64)
        self._ids: Ids = np.empty(0, dtype=np.int64)
        self._count = 0
        self._runs: list[tuple[Words, Ids]] = []

    def __len__(self) -> int:
        return self._count

    @property
    def words(self) -> Words:
        """The sets in the order in which they came, shape (N, W)."""
        return self._words[: self._count]

    @property
    def ids(self) -> Ids:
        """Their ids, shape (N,)."""
        return self._ids[: self._count]

    def grown(self, n: int) -> SetRegister:
        """The same sets in a universe of n objects, no fewer than before."""
        if n == self.n:
            return self
        larger = SetRegister(n)  # signatures may be others in a larger universe
        larger.add(widen(self.words, word_count(n)), self.ids)
        return larger

    def find(self, words: Words) -> Ids:
        """Ids of sets (M, W), shape (M,); 0 where a set has not been met."""
        wanted = signatures(words, self.n)
        found = np.zeros(len(words), dtype=np.int64)
        for sorted_signatures, rows in self._runs:
            place = np.minimum(np.searchsorted(sorted_signatures, wanted), len(rows) - 1)
            hit = np.flatnonzero(sorted_signatures[place] == wanted)
            there = rows[place[hit]]
            same = (self._words[there] == words[hit]).all(axis=1)
            found[hit[same]] = self._ids[there[same]]
        return found

    def add(self, words: Words, ids: Ids) -> None:
        """Note sets that `find` did not find."""
        if len(words) == 0:
            return
        end = self._count + len(words)
        if end > len(self._ids):
            room = max(end, 2 * len(self._ids), 1_024) - len(self._ids)
            self._words = np.pad(self._words, ((0, room), (0, 0)))
            self._ids = np.pad(self._ids, (0, room))
        self._words[self._count : end] = words
        self._ids[self._count : end] = ids
        own = signatures(words, self.n)
        order = np.argsort(own, kind="stable")
        run = own[order], np.arange(self._count, end)[order]
        self._count = end
        while self._runs and len(self._runs[-1][1]) < 2 * len(run[1]):
            before = self._runs.pop()
            merged = np.concatenate([before[0], run[0]])
            order = np.argsort(merged, kind="stable")
            run = merged[order], np.concatenate([before[1], run[1]])[order]
        self._runs.append(run)
