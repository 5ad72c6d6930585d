"""Packs one state of a lattice into the arrays of an index, and follows it to a later state.

A state that differs from an earlier one only in some sets is derived: the cells of these sets
are made anew from their evaluations, everything else is taken over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.index import Blocks, LatticeIndex, Rows, ScoreColumn, freeze, score_columns
from lattice.lookup import SetLookup
from lattice.model import ReplicateKind
from lattice.notation import Universe
from lattice.stored import Catalog, StoredEvaluations, StoredSets
from lattice.subsets import (
    WORD_BITS,
    Words,
    display_order,
    display_places,
    ranks,
    widen,
    word_count,
)


@dataclass(frozen=True, eq=False)
class Packed:
    """The arrays of one state, with what it takes to recognize its parts in a later one.

    `scopes` are the names of the scopes whose numbers stand in the blocks of `columns`.
    """

    state: str
    revision: int
    object_ids: tuple[int, ...]
    measure_ids: tuple[int, ...]
    scopes: tuple[str, ...]
    words: Words
    ranks: NDArray[np.int32]
    columns: tuple[ScoreColumn, ...]
    lookup: SetLookup

    def index(self, catalog: Catalog, stored: int | None = None) -> LatticeIndex:
        """The index of this state; the catalog is of the same state.

        Args:
            stored: how many sets the lattice holds, where these are not all.
        """
        return LatticeIndex(
            state=self.state,
            universe=Universe(catalog.objects),
            measures=catalog.measures,
            words=self.words,
            ranks=self.ranks,
            columns=self.columns,
            stored=stored,
            prepared=self.lookup,
        )


def packed(catalog: Catalog, stored: StoredSets, found: StoredEvaluations) -> Packed:
    """Sets and their evaluations as arrays in display order."""
    order = display_order(stored.words)
    row_of_place = np.empty(len(order), dtype=np.int64)
    row_of_place[order] = np.arange(len(order))
    columns = _columns(catalog, stored, found, row_of_place)
    return _packed(catalog, found, stored.words[order], columns)


def derived(
    old: Packed, catalog: Catalog, touched: StoredSets, found: StoredEvaluations
) -> Packed | None:
    """The arrays of a later state that differs from the old one only in the touched sets.

    None where objects, measures or scopes have changed in a way that cannot be followed.

    Args:
        touched: the sets that are new or whose evaluations changed.
        found: all valid evaluations of these sets.
    """
    scope_of = _places(old.scopes, found.scope_names)
    measure_of = _places(old.measure_ids, catalog.measure_ids)
    kept = catalog.object_ids[: len(old.object_ids)] == old.object_ids
    if scope_of is None or measure_of is None or not kept:
        return None
    merge = _Merge.of(old, len(catalog.objects), touched.words)
    old_columns: list[ScoreColumn | None] = [None] * len(catalog.measures)
    for column, measure in zip(old.columns, measure_of.tolist(), strict=True):
        old_columns[measure] = column
    fresh = _columns(catalog, touched, found, np.arange(len(touched.ids)))
    columns = tuple(
        merge.column(before, scope_of, after, found.scopes)
        for before, after in zip(old_columns, fresh, strict=True)
    )
    return _packed(catalog, found, merge.words, columns)


def _packed(
    catalog: Catalog, found: StoredEvaluations, words: Words, columns: tuple[ScoreColumn, ...]
) -> Packed:
    rank = ranks(words).astype(np.int32)
    freeze(words, rank)
    return Packed(
        state=catalog.state,
        revision=catalog.revision,
        object_ids=catalog.object_ids,
        measure_ids=catalog.measure_ids,
        scopes=found.scope_names,
        words=words,
        ranks=rank,
        columns=columns,
        lookup=SetLookup(words, len(catalog.objects)),
    )


def _columns(
    catalog: Catalog, stored: StoredSets, found: StoredEvaluations, row_of_place: Rows
) -> tuple[ScoreColumn, ...]:
    return score_columns(
        len(catalog.measures),
        len(stored.ids),
        row=row_of_place[np.searchsorted(stored.ids, found.training_set_id)],
        measure=found.measure,
        replicate=found.replicate,
        inner_replicate=found.inner_replicate,
        scope=found.scope,
        score=found.score,
        declared=found.declared,
        scopes=found.scopes,
    )


def _places(
    old: tuple[int, ...] | tuple[str, ...], new: tuple[int, ...] | tuple[str, ...]
) -> Rows | None:
    """Where each of the old items is now; None where one is gone or their order has changed."""
    place = {each: index for index, each in enumerate(new)}
    found = [place.get(each, -1) for each in old]
    return np.array(found, dtype=np.int64) if -1 not in found and found == sorted(found) else None


@dataclass(frozen=True, eq=False)
class _Merge:
    """The rows of an earlier state and touched sets, in one display order.

    `old_rows` (N,) and `touched_rows` (T,) say where their rows are now; `again` (T,) is the old
    row of a touched set, -1 for a new one.
    """

    words: Words
    old_rows: Rows
    touched_rows: Rows
    again: Rows

    @classmethod
    def of(cls, old: Packed, n: int, touched: Words) -> _Merge:
        again = _old_rows(old, touched)
        new = np.flatnonzero(again < 0)
        new = new[display_order(touched[new])]
        words = widen(old.words, word_count(n))
        places = display_places(words, old.ranks, touched[new])
        old_rows = np.arange(len(words))
        old_rows += np.searchsorted(places, old_rows, side="right")
        touched_rows = np.empty(len(touched), dtype=np.int64)
        touched_rows[again >= 0] = old_rows[again[again >= 0]]
        touched_rows[new] = places + np.arange(len(new))
        whole = np.empty((len(words) + len(new), words.shape[1]), dtype=np.uint64)
        whole[old_rows], whole[touched_rows] = words, touched
        return cls(whole, old_rows, touched_rows, again)

    def column(
        self,
        old: ScoreColumn | None,
        scope_of: Rows,
        fresh: ScoreColumn,
        scopes: tuple[ReplicateKind, ...],
    ) -> ScoreColumn:
        """The column of a measure: touched rows from `fresh`, the others from `old`."""
        carried = self._carried(old, scope_of)
        blocks = np.unique(np.concatenate([carried, fresh.blocks]), axis=0)
        by_replicate = np.full((len(self.words), max(1, len(blocks))), np.nan)
        declared = np.zeros(len(self.words), dtype=np.bool_)
        if old is not None and len(carried):
            place = _block_places(blocks, _rescoped(old.blocks, scope_of))
            stays = place >= 0
            by_replicate[self.old_rows[:, None], place[stays]] = old.by_replicate[:, stays]
            declared[self.old_rows] = old.declared
        by_replicate[self.touched_rows] = np.nan
        if len(fresh.blocks):
            place = _block_places(blocks, fresh.blocks)
            by_replicate[self.touched_rows[:, None], place] = fresh.by_replicate
        declared[self.touched_rows] = fresh.declared
        kinds = tuple(scopes[each] for each in blocks[:, 0].tolist()) or ("unlabelled",)
        return ScoreColumn.of(by_replicate, kinds, declared, blocks)

    def _carried(self, old: ScoreColumn | None, scope_of: Rows) -> Blocks:
        """The old blocks in which an untouched set has a score."""
        if old is None or len(old.blocks) == 0:
            return np.empty((0, 2), dtype=np.int64)
        present = ~np.isnan(old.by_replicate)
        touched = present[self.again[self.again >= 0]].sum(axis=0)
        return np.asarray(_rescoped(old.blocks, scope_of)[present.sum(axis=0) > touched])


def _old_rows(old: Packed, touched: Words) -> Rows:
    """The old row of each set, -1 for those that were not there."""
    n, width = len(old.object_ids), old.words.shape[1]
    inside = ~touched[:, width:].any(axis=1)
    if n % WORD_BITS or n == 0:
        inside &= touched[:, width - 1] >> np.uint64(n % WORD_BITS) == 0
    rows = np.full(len(touched), -1, dtype=np.int64)
    rows[inside] = old.lookup.find(touched[inside, :width])
    return rows


def _rescoped(blocks: Blocks, scope_of: Rows) -> Blocks:
    return np.stack([scope_of[blocks[:, 0]], blocks[:, 1]], axis=1)


def _block_places(blocks: Blocks, wanted: Blocks) -> Rows:
    """The place of each wanted block, -1 where it is not there."""
    place = {tuple(each): index for index, each in enumerate(blocks.tolist())}
    return np.array([place.get(tuple(each), -1) for each in wanted.tolist()], dtype=np.int64)
