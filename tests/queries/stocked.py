"""Small lattices as plain Python data, as indexes, and as answers worked out set by set."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

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
from lattice.notation import Universe, measure_name
from lattice.subsets import ranks, word_count, words_of_masks

NAMES = ("A", "b c", "x+y", 'say "hi"', "and", "it's", "7")
MEASURES: dict[str, Direction] = {"accuracy/en": "higher", "loss/en": "lower", "f1/de": "higher"}
OWNERS = ("Ada", "Bo", None)
CELLS: tuple[tuple[float, ...], ...] = (
    (),
    (0.25,),
    (0.5,),
    (0.75,),
    (0.25, 0.5),
    (0.5, 0.5),
    (0.25, 0.25, 0.5),
    (0.25, 0.5, 0.75),
)


@dataclass(frozen=True)
class Stock:
    """Objects, sets in display order (as sorted positions), and the replicates of every cell.

    `declared` are the measures and rows of the cells that are conventions.
    """

    objects: tuple[DataObject, ...]
    sets: tuple[tuple[int, ...], ...]
    scores: dict[str, tuple[tuple[float, ...], ...]]
    declared: frozenset[tuple[str, int]] = frozenset()

    def mask(self, members: Sequence[int]) -> int:
        return sum(1 << each for each in members)

    @property
    def universe(self) -> Universe:
        return Universe(self.objects)

    def spell(self, members: Sequence[int]) -> str:
        return self.universe.spell(self.mask(members))

    def index(self) -> LatticeIndex:
        width = word_count(len(self.objects))
        words = words_of_masks([self.mask(each) for each in self.sets], width)
        return LatticeIndex(
            "test",
            self.universe,
            tuple(_measure(name) for name in self.scores),
            words,
            ranks(words).astype(np.int32),
            tuple(self._column(name) for name in self.scores),
        )

    def _column(self, measure: str) -> ScoreColumn:
        cells = self.scores[measure]
        most = max(1, *map(len, cells), 1)
        table = np.full((len(cells), most), np.nan)
        for row, cell in enumerate(cells):
            table[row, : len(cell)] = cell
        shared: ReplicateKind = "shared"
        flags = np.array([(measure, row) in self.declared for row in range(len(cells))])
        return ScoreColumn.of(table, (shared,) * most, flags)

    # ------------------------------------------------------------ one set after the other

    def mean(self, measure: str, row: int) -> float | None:
        cell = self.scores[measure][row]
        return statistics.fmean(cell) if cell else None

    def error(self, measure: str, row: int) -> float | None:
        cell = self.scores[measure][row]
        if len(cell) < 2 or (measure, row) in self.declared:
            return None
        return statistics.stdev(cell) / math.sqrt(len(cell))

    def is_declared(self, measure: str, row: int) -> bool | None:
        """None where there is no score."""
        return (measure, row) in self.declared if self.scores[measure][row] else None

    def amount(self, word: str, row: int) -> float | None:
        """A rank, or a cost or size added up on paper."""
        members = self.sets[row]
        if word == "rank":
            return len(members)
        said = [getattr(self.objects[each], word) for each in members]
        return (
            None if None in said else float(sum((Decimal(str(each)) for each in said), Decimal()))
        )


def sign(measure: str) -> int:
    return 1 if MEASURES[measure] == "higher" else -1


def _measure(name: str) -> Measure:
    metric, _, column = name.partition("/")
    return Measure(
        measure_name(metric, column, None),
        Metric(metric, MEASURES[name]),
        EvaluationSet(column),
        Protocol("default", "0"),
    )


@st.composite
def stocks(draw: st.DrawFn, most_objects: int = 6, most_sets: int = 20) -> Stock:
    """Up to 20 sets of up to six objects; few different scores, costs and sizes, some missing.

    Some of the cells are declared.
    """
    n = draw(st.integers(1, most_objects))
    names = draw(st.permutations(NAMES))[:n]
    amount = st.sampled_from([None, 0.1, 0.2, 0.3, 0.7, 1.0, 2.0])
    objects = tuple(
        DataObject(
            name,
            place,
            cost=draw(amount) if place else 0.1,
            size=draw(amount) if place else 0.2,
            owner=draw(st.sampled_from(OWNERS)) if place else "Ada",
        )
        for place, name in enumerate(names)
    )
    masks = draw(st.sets(st.integers(0, 2**n - 1), min_size=1, max_size=most_sets))
    sets = [tuple(place for place in range(n) if mask >> place & 1) for mask in masks]
    ordered = tuple(sorted(sets, key=lambda each: (len(each), each)))
    cell = st.sampled_from(CELLS)
    scores = {
        name: draw(st.tuples(*[cell] * len(ordered)))
        for name in draw(st.permutations(list(MEASURES)))[: draw(st.integers(1, 3))]
    }
    there = [(name, row) for name in scores for row, cell in enumerate(scores[name]) if cell]
    declared = draw(st.frozensets(st.sampled_from(there), max_size=3)) if there else frozenset()
    return Stock(objects, ordered, scores, declared)
