"""Everything between two sets: the stored sets of an interval, rank by rank."""

from __future__ import annotations

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import LatticeIndex, Rows
from lattice.model import Interval, IntervalRank, IntervalSet
from lattice.queries.admissible import countable, counts_between, is_admissible
from lattice.queries.pieces import best_first, cells_at, corner, names_at, next_page
from lattice.subsets import masks_of_words, words_of_masks

_AT_ONCE = 65_536
_MOST_RANKS = 200


def interval(
    index: LatticeIndex,
    masks: tuple[int, int],
    measures: tuple[int, ...],
    *,
    sort: int | None = None,
    start: int = 0,
    limit: int = 200,
) -> Interval:
    """The stored sets between two sets, stored or not themselves.

    Where neither holds the other, it is the interval from their meet to their join.

    Args:
        sort: the measure by whose score the sets are sorted; without it by rank and position.
        start, limit: which page of the sets is given.
    """
    lower, upper = masks[0] & masks[1], masks[0] | masks[1]
    rows = rows_between(index, lower, upper)
    page = rows[best_first(index, rows, sort)[start : start + limit]]
    cells = [cells_at(index, page, each) for each in measures]
    per_set = zip(*cells, strict=True) if cells else iter([()] * len(page))
    items = []
    for mask, its_cells in zip(masks_of_words(index.words[page]), per_set, strict=True):
        named = index.universe.training_set(mask)
        items.append(IntervalSet(named, names_at(index, mask & ~lower), its_cells))
    ranks, possible, notes = _ranks(index, lower, upper, rows, measures)
    return Interval(
        lower=corner(index, lower, measures),
        upper=corner(index, upper, measures),
        free=names_at(index, upper & ~lower),
        measures=tuple(index.measures[each].name for each in measures),
        sort=None if sort is None else index.measures[sort].name,
        ranks=ranks,
        completeness=len(rows) / possible,
        items=tuple(items),
        next=next_page(start, limit, len(rows)),
        total=len(rows),
        notes=(*_span_notes(index, masks), *notes),
    )


def rows_between(index: LatticeIndex, lower: int, upper: int) -> Rows:
    """Rows of the stored sets that hold all of `lower` and nothing beyond `upper`, ascending."""
    least, most = words_of_masks([lower, upper], index.words.shape[1])
    first, last = np.searchsorted(index.ranks, [lower.bit_count(), upper.bit_count() + 1])
    found = [np.empty(0, dtype=np.int64)]
    for start in range(int(first), int(last), _AT_ONCE):
        stop_if_late("collecting the sets of an interval")
        part = index.words[start : min(start + _AT_ONCE, int(last))]
        outside = (least & ~part) | (part & ~most)
        found.append(np.flatnonzero(~outside.any(axis=1)) + start)
    return np.concatenate(found)


def _ranks(
    index: LatticeIndex, lower: int, upper: int, rows: Rows, measures: tuple[int, ...]
) -> tuple[tuple[IntervalRank, ...], int, list[str]]:
    """What is stored of every rank, how many sets there could be, and what to say of it."""
    counts, possible = counts_between(index.universe, lower, upper)
    beyond = index.ranks[rows] - lower.bit_count()
    stored = np.bincount(beyond, minlength=len(counts)).tolist()
    scored = [
        np.bincount(beyond[index.columns[each].count[rows] > 0], minlength=len(counts)).tolist()
        for each in measures
    ]
    shown = [each for each in range(len(counts)) if stored[each] or len(counts) <= _MOST_RANKS]
    notes = []
    if len(shown) < len(counts):
        notes.append(f"of {len(counts):,} ranks those are listed of which a set is stored")
    ranks = tuple(
        IntervalRank(
            rank=lower.bit_count() + each,
            stored=stored[each],
            possible=countable(float(counts[each])),
            scored=tuple(column[each] for column in scored),
        )
        for each in shown
    )
    return ranks, possible, notes


def _span_notes(index: LatticeIndex, masks: tuple[int, int]) -> list[str]:
    one, other = masks
    notes = []
    if one & ~other and other & ~one:
        names = (index.universe.spell(each) for each in masks)
        notes.append(f"neither of {' and '.join(names)} holds the other: from their meet to join")
    elif one & ~other:
        notes.append("the first set is the larger one: the interval runs from the second to it")
    bases = index.universe.base_mask
    if (one ^ other) & ~bases:
        notes.append(
            "sets with variants count as possible here: of an object and its variants, each holds"
            " at most one"
        )
    if not is_admissible(index.universe, one | other):
        notes.append("the join holds two variants of one object: it can never be stored")
    return notes
