"""Grounds from plain tables: scores by the mask of the set, missing where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import (
    DataObject,
    Direction,
    EvaluationSet,
    Measure,
    Metric,
    Protocol,
    ReplicateKind,
)
from lattice.notation import Universe
from lattice.subsets import display_order, ranks, words_of_masks
from lattice.values.grounds import Ground

Scores = Mapping[int, float | Sequence[float]]


def filled(
    m: int,
    scores: Scores,
    *,
    direction: Direction = "higher",
    ends: tuple[float | None, float | None] = (None, None),
    kind: ReplicateKind = "shared",
    declared: Sequence[int] = (),
    taken: float | None = None,
) -> Ground:
    """The ground of m objects A, B, ... between the empty set and all of them."""
    objects = tuple(DataObject(chr(ord("A") + each), each) for each in range(m))
    masks = sorted(scores)
    words = words_of_masks(masks, 1)
    order = display_order(words)
    masks = [masks[each] for each in order.tolist()]
    cells = [np.atleast_1d(np.asarray(scores[mask], dtype=np.float64)) for mask in masks]
    blocks = max((len(each) for each in cells), default=1)
    by_replicate = np.full((len(masks), blocks), np.nan)
    for row, cell in enumerate(cells):
        by_replicate[row, : len(cell)] = cell
    measure = Measure(
        "score/test",
        Metric("score", direction, *ends),
        EvaluationSet("test"),
        Protocol("fit", "0"),
    )
    conventions = np.isin(masks, declared)
    index = LatticeIndex(
        "test",
        Universe(objects),
        (measure,),
        words[order],
        ranks(words[order]).astype(np.int32),
        (ScoreColumn.of(by_replicate, (kind,) * blocks, conventions),),
    )
    return Ground(index, 0, 0, tuple(1 << each for each in range(m)), taken)
