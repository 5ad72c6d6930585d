"""Pairs of objects: what two do together beyond what each does alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, LatticeIndex, Rows
from lattice.model import Contrast, Corner, Interaction, Square, Squares
from lattice.queries.linear import combined, combined_values, described
from lattice.queries.pieces import corner, next_page
from lattice.subsets import positions_of_mask, words_of_masks

WEIGHTS = np.array([1.0, -1.0, -1.0, 1.0])
"""Of S, S-i, S-j, S-ij."""
MOST_PAIRS = 200_000
_AT_ONCE = 10_000
_ROUNDING = 1e-12
Pair = tuple[int, int]


def squares(
    index: LatticeIndex,
    mask: int,
    measures: tuple[int, ...],
    *,
    pair: Pair | None = None,
    sort: int | None = None,
    start: int = 0,
    limit: int = 200,
) -> Squares:
    """The squares S, S-i, S-j, S-ij of one pair of positions, or of all pairs in the set S.

    The interaction is v(S) - v(S-i) - v(S-j) + v(S-ij), with the error of a weighted sum.

    Args:
        mask: the set S, stored or not, with at least two objects; at most MOST_PAIRS pairs.
        sort: the measure by whose interaction pairs are sorted, complements first.
        start, limit: which page of the pairs is given.
    """
    pairs = [pair] if pair else list(combinations(positions_of_mask(mask), 2))
    rows = corner_rows(index, mask, pairs)
    order = np.arange(len(pairs))
    if sort is not None:
        values = combined_values(index, sort, rows, WEIGHTS)
        order = np.argsort(-values if _higher(index, sort) else values, kind="stable")
    page = order[start : start + limit]
    whole = corner(index, mask, measures)
    return Squares(
        training_set=whole.training_set,
        stored=whole.stored,
        measures=tuple(index.measures[each].name for each in measures),
        sort=None if sort is None else index.measures[sort].name,
        items=_items(index, mask, [pairs[each] for each in page.tolist()], rows[page], measures),
        next=next_page(start, limit, len(pairs)),
        total=len(pairs),
        complete=int((rows != MISSING).all(axis=1).sum()),
        notes=(),
    )


def corners_of(mask: int, pair: Pair) -> tuple[int, int, int, int]:
    """The four sets of a square: S, S-i, S-j, S-ij."""
    one, other = 1 << pair[0], 1 << pair[1]
    return mask, mask & ~one, mask & ~other, mask & ~one & ~other


def corner_rows(index: LatticeIndex, mask: int, pairs: Sequence[Pair]) -> Rows:
    """Rows of the corners of every square, MISSING where one is not stored; shape (P, 4)."""
    found = np.empty((len(pairs), 4), dtype=np.int64)
    every = iter(pairs)
    for start in range(0, len(pairs), _AT_ONCE):
        stop_if_late("looking up the corners of squares", f"{start:,} of {len(pairs):,} pairs")
        masks = [each for pair in islice(every, _AT_ONCE) for each in corners_of(mask, pair)]
        words = words_of_masks(masks, index.words.shape[1])
        found[start : start + _AT_ONCE] = index.lookup.find(words).reshape(-1, 4)
    return found


def _items(
    index: LatticeIndex,
    mask: int,
    pairs: Sequence[Pair],
    rows: Rows,
    measures: tuple[int, ...],
) -> tuple[Square, ...]:
    masks = [corners_of(mask, pair) for pair in pairs]
    columns = [
        described(index, each, combined(index, each, rows, WEIGHTS), masks) for each in measures
    ]
    per_pair: list[tuple[Contrast, ...]] = list(zip(*columns, strict=True))
    found = []
    for pair, sets, interactions in zip(pairs, masks, per_pair or [()] * len(pairs), strict=True):
        one, other = (index.universe.names[each] for each in pair)
        corners = _corners(index, sets, measures)
        found.append(
            Square(
                objects=(one, other),
                corners=corners,
                interactions=interactions,
                readings=tuple(
                    reading(each.value, corners, place, _higher(index, measures[place]))
                    for place, each in enumerate(interactions)
                ),
                missing=tuple(each.training_set.name for each in corners if not each.stored),
            )
        )
    return tuple(found)


def _corners(
    index: LatticeIndex, sets: tuple[int, int, int, int], measures: tuple[int, ...]
) -> tuple[Corner, Corner, Corner, Corner]:
    whole, one, other, neither = (corner(index, each, measures) for each in sets)
    return whole, one, other, neither


def _higher(index: LatticeIndex, measure: int) -> bool:
    return index.measures[measure].metric.direction == "higher"


def reading(
    value: float | None, corners: Sequence[Corner], place: int, higher_is_better: bool
) -> Interaction | None:
    """What an interaction means by the metric's direction.

    What is within rounding of 0, measured by the largest of the four scores, is neither.

    Args:
        place: which of the corners' cells the interaction is made of.
    """
    if value is None:
        return None
    scores = [abs(cell.mean) for each in corners if (cell := each.cells[place]) is not None]
    if abs(value) <= _ROUNDING * max(scores):
        return "neither"
    return "complements" if (value > 0) == higher_is_better else "substitutes"
