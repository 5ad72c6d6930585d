"""Random small lattices as indexes, beside the plain dictionaries that they were made from."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import get_args

import numpy as np

from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import DataObject, EvaluationSet, Measure, Metric, Protocol, ReplicateKind
from lattice.notation import Universe
from lattice.subsets import display_order, ranks, words_of_masks

NAMES = "abcdefgh"
Members = frozenset[int]
Scores = dict[int, float]
"""A cell: score by number of its replicate."""


@dataclass(frozen=True)
class Sample:
    """A lattice: `cells[measure][members]` holds the scores; no entry, or an empty one: missing."""

    index: LatticeIndex
    n: int
    bases: tuple[int, ...]
    stored: tuple[Members, ...]
    cells: tuple[dict[Members, Scores], ...]
    kinds: tuple[tuple[ReplicateKind, ...], ...]
    declared: tuple[frozenset[Members], ...]

    def row(self, members: Members) -> int:
        return self.index.row_of(mask_of(members))

    def admissible(self) -> list[Members]:
        """Every set that could be stored, in no order."""
        everything = itertools.chain.from_iterable(
            itertools.combinations(range(self.n), size) for size in range(self.n + 1)
        )
        return [
            frozenset(each)
            for each in everything
            if len({self.bases[place] for place in each}) == len(each)
        ]

    def mean(self, measure: int, members: Members) -> float | None:
        cell = self.cells[measure].get(members)
        return sum(cell.values()) / len(cell) if cell else None


def mask_of(members: Members) -> int:
    return sum(1 << each for each in members)


def name_of(members: Members) -> str:
    return "".join(NAMES[each] for each in sorted(members)) or "empty"


def sample(
    seed: int,
    *,
    n: int = 5,
    density: float = 0.7,
    replicates: int = 4,
    kinds: tuple[ReplicateKind, ...] = get_args(ReplicateKind),
    present: float = 0.8,
    variants: bool = False,
    declared: float = 0.1,
) -> Sample:
    """A lattice with an accuracy (higher is better) and a loss (lower is better).

    Args:
        density: how likely a set is stored; at least one is.
        replicates: how many replicates a measure has at most, each of one of `kinds`.
        present: how likely a stored set has a replicate.
        variants: whether the last two objects are variants of the first.
        declared: how likely a cell is declared; it then has one score.
    """
    chance = random.Random(seed)
    bases = tuple(0 if variants and each >= n - 2 else each for each in range(n))
    objects = tuple(
        DataObject(NAMES[each], each, variant_of=NAMES[0] if bases[each] != each else None)
        for each in range(n)
    )
    blank = Sample(None, n, bases, (), (), (), ())  # type: ignore[arg-type]
    possible = blank.admissible()
    stored = [each for each in possible if chance.random() < density] or [possible[0]]
    words = words_of_masks([mask_of(each) for each in stored], 1)
    order = display_order(words).tolist()
    stored, words = [stored[each] for each in order], words[order]
    columns, cells, all_kinds, all_declared = [], [], [], []
    for _ in range(2):
        count = chance.randint(1, replicates)
        its_kinds = tuple(chance.choice(kinds) for _ in range(count))
        noise = [chance.gauss(0, 0.3) for _ in range(count)]
        its_cells: dict[Members, Scores] = {}
        fixed = set()
        for members in stored:
            worth = chance.gauss(0, 1)
            found = {
                k: round(worth + noise[k] + chance.gauss(0, 0.2), 3)
                for k in range(count)
                if chance.random() < present
            }
            if found and chance.random() < declared:
                found = {next(iter(found)): 0.5}
                fixed.add(members)
            its_cells[members] = found
        table = np.array(
            [[its_cells[each].get(k, np.nan) for k in range(count)] for each in stored]
        )
        flags = np.array([each in fixed for each in stored])
        columns.append(ScoreColumn.of(table, its_kinds, flags))
        cells.append(its_cells)
        all_kinds.append(its_kinds)
        all_declared.append(frozenset(fixed))
    protocol, test = Protocol("default", "0"), EvaluationSet("test")
    index = LatticeIndex(
        state="sample",
        universe=Universe(objects),
        measures=(
            Measure("accuracy/test", Metric("accuracy", "higher"), test, protocol),
            Measure("loss/test", Metric("loss", "lower"), test, protocol),
        ),
        words=words,
        ranks=ranks(words).astype(np.int32),
        columns=tuple(columns),
    )
    return Sample(
        index, n, bases, tuple(stored), tuple(cells), tuple(all_kinds), tuple(all_declared)
    )
