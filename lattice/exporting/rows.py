"""Picks the scores of a lattice that tables show, and says how their rows are named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lattice.exporting.spelling import Speller
from lattice.portable import Block, Header, Portable

UNLABELLED = "unlabelled"
"""The seed of rows without one, in a table where others have one."""

_KNOWN_NUMBERS = 2**31


@dataclass(frozen=True)
class Selection:
    """What of a lattice is written: some sets and measures.

    `seed` and `inner_seed` say whether there are columns for replicates, `stepped` whether the
    sets are the steps of a path, in this order.
    """

    portable: Portable
    speller: Speller
    measures: tuple[int, ...]
    sets: int
    seed: bool
    inner_seed: bool
    stepped: bool = False

    @property
    def header(self) -> Header:
        """What the lattice names."""
        return self.portable.header

    def parts(self, measure: int) -> tuple[str, str, str]:
        """Names of the metric, the evaluation set and the protocol of a measure."""
        header, found = self.header, self.header.measures[measure]
        return (
            header.metrics[found.metric].name,
            header.evaluation_sets[found.evaluation_set].name,
            header.protocols[found.protocol].name,
        )


class Score(NamedTuple):
    """One valid score."""

    row: int
    measure: int
    replicate: int
    inner: int
    label: str | None
    score: float
    origin: str


class Written(NamedTuple):
    """How many training sets and scores were written."""

    training_sets: int
    scores: int


def valid_scores(block: Block, selection: Selection) -> list[Score]:
    """The scores of a block that count, set by set.

    A replicate that several result sets report for one cell counts once, in the earliest one (or
    in those that share its blocks), as it does in every answer.
    """
    chosen = np.flatnonzero((block.superseded_by < 0) & np.isin(block.measure, selection.measures))
    scope = _scopes(selection.header)[block.result_set]
    keys = (block.inner_replicate, scope, block.replicate, block.measure, block.row)
    order = chosen[np.lexsort([key[chosen] for key in keys])]
    found: list[Score] = []
    kept = -1
    for each, row, measure, replicate, inner in zip(
        order.tolist(),
        *(key[order].tolist() for key in (keys[4], keys[3], keys[2], keys[0])),
        strict=True,
    ):
        score = Score(
            row,
            measure,
            replicate,
            inner,
            block.seed_label[each],
            float(block.score[each]),
            block.origin[each],
        )
        if found and found[-1][:3] == score[:3]:
            if scope[each] != kept or found[-1].inner == inner:
                continue
        else:
            kept = scope[each]
        found.append(score)
    return found


def _scopes(header: Header) -> NDArray[np.int64]:
    """For every result set the first one with which it shares replicates."""
    first: dict[Any, int] = {}
    return np.array(
        [
            first.setdefault((each.blocks, each.replicate_kind) if each.blocks else index, index)
            for index, each in enumerate(header.result_sets)
        ],
        dtype=np.int64,
    )


def _seed(score: Score) -> str:
    if score.label is not None:
        return score.label
    return UNLABELLED if score.replicate < 0 else _number(score.replicate)


def _number(number: int) -> str:
    """A replicate's number as a label that stands for it."""
    return str(number) if 0 <= number < _KNOWN_NUMBERS else f"#{number}"


def replicate_fields(score: Score | None, selection: Selection) -> list[str]:
    """The fields that name a row's replicate; None is a row without a score."""
    fields = []
    if selection.seed:
        fields.append(UNLABELLED if score is None else _seed(score))
    if selection.inner_seed:
        fields.append(_number(0 if score is None else score.inner))
    return fields


def replicate_columns(selection: Selection) -> list[str]:
    """The columns of these fields."""
    return ["seed"] * selection.seed + ["inner_seed"] * selection.inner_seed
