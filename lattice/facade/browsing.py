"""What is stored: the lattice, its sets, its grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np

from lattice.encoding import to_packed
from lattice.errors import BadQuestion, about
from lattice.facade.asking import Asking, checked_page, measure_in, refuse_other_than
from lattice.index import MISSING, LatticeIndex
from lattice.model import (
    ColumnOrder,
    Grid,
    GridBands,
    LatticeDetail,
    PairPage,
    SetDetail,
    SetPage,
    SetPreview,
    SetReplicates,
    Subgraph,
)
from lattice.queries import grid as grids
from lattice.queries import pairs as row_pairs
from lattice.queries.pieces import set_detail
from lattice.queries.predicates import select
from lattice.queries.replicates import set_replicates
from lattice.queries.search import Sorting, search, sorting_by
from lattice.queries.subgraph import (
    SubgraphColumns,
    subgraph,
    subgraph_columns,
)
from lattice.subsets import positions_of_mask

if TYPE_CHECKING:
    import networkx as nx

LARGEST_SUBGRAPH = 16_384
MOST_BANDS = 1_000
MOST_NAMED = 10


class Browsing(Asking):
    """What is stored."""

    def show(self) -> LatticeDetail:
        """Objects, measures, result sets, and how complete the lattice is."""
        shown = self._shown
        if shown is not None and shown.summary.state == self.state:
            return shown
        with self._indexes.at_once() as (index, snapshot):
            catalog = snapshot.catalog(self.name)
            counted = self.counts.of(snapshot)
            self._shown = shown = LatticeDetail(
                summary=counted.summary,
                objects=catalog.objects,
                measures=catalog.measures,
                cells_per_measure=counted.cells,
                result_sets=counted.result_sets,
                notes=_notes(index),
            )
            return shown

    def resolve(self, text: str) -> SetPreview:
        """How a text is read as a set, and whether that set is stored.

        Raises:
            BadSpelling, UnknownObject, Ambiguous: it cannot be read.
        """
        index = self.index()
        with about(text):
            mask = index.universe.read(text)
        names = index.universe.names
        return SetPreview(
            training_set=index.universe.training_set(mask),
            members=tuple(names[position] for position in positions_of_mask(mask)),
            stored=index.row_of(mask) != MISSING,
        )

    def sets(self, *, start: int = 0, limit: int = 200) -> SetPage:
        """Training sets with members and cells, by rank and object position."""
        index = self.index()
        return search(index, self._chosen(index, None), *checked_page(start, limit))

    def set(self, training_set: str) -> SetDetail:
        """One stored set with its members and cells.

        Raises:
            SetNotStored: it is not there; the nearest stored sets are offered.
        """
        index, row = self._around(training_set, 0)
        return set_detail(index, row, self._chosen(index, None))

    def replicates(
        self, training_set: str, *, measures: Sequence[str] | None = None
    ) -> SetReplicates:
        """One stored set with every replicate of its cells.

        Raises:
            SetNotStored: it is not there; the nearest stored sets are offered.
            UnknownMeasure, Ambiguous.
        """
        index, row, labels = self._labelled(training_set)
        return set_replicates(index, row, self._chosen(index, measures), labels)

    def grid(
        self,
        *,
        measures: Sequence[str] | None = None,
        sort: str = "rank",
        columns: ColumnOrder = "given",
        where: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Grid:
        """Training sets x measures.

        Args:
            sort: by rank, by `score` under the first measure (best first), or as in `search`.
            columns: as given, or `clustered`: those next to each other that score sets alike.
            where: only the sets that a predicate selects.

        Raises:
            BadQuestion: another order, no such page, or a predicate that cannot be read.
            UnknownMeasure, Ambiguous, UnknownObject, BadSpelling.
        """
        refuse_other_than(get_args(ColumnOrder), columns, "order of columns")
        page = checked_page(start, limit)
        index = self.index()
        chosen = self._chosen(index, measures)
        sorting = _sorting(index, chosen, sort)
        return grids.grid(index, chosen, *page, where=where, sorting=sorting, columns=columns)

    def bands(
        self,
        *,
        measures: Sequence[str] | None = None,
        sort: str = "rank",
        where: str | None = None,
        most: int = 256,
    ) -> GridBands:
        """The whole grid at a glance, for drawing: mean scores of its rows in bands.

        Args:
            sort, where: as in `grid`.
            most: how many bands are given at most.

        Raises:
            BadQuestion: no such number of bands, or a predicate that cannot be read.
            UnknownMeasure, Ambiguous, UnknownObject, BadSpelling.
        """
        if not 1 <= most <= MOST_BANDS:
            raise BadQuestion(
                f"A grid in {most:,} bands cannot be given.", hint=f"Ask for 1 to {MOST_BANDS:,}."
            )
        index = self.index()
        chosen = self._chosen(index, measures)
        sorting = _sorting(index, chosen, sort)
        return grids.bands(index, chosen, most, where=where, sorting=sorting)

    def pairs(
        self,
        object_name: str,
        *,
        measures: Sequence[str] | None = None,
        sort: str = "rank",
        where: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> PairPage:
        """Leave-one-out row pairs: every stored set with the object beside the one without it.

        Args:
            sort: `rank` (the largest sets first) or a measure: the pairs whose scores removing
                the object changes most for the better first; with a minus, for the worse.
            where: only pairs whose set with the object is selected by a predicate.

        Raises:
            UnknownObject: there is no such object.
            BadQuestion: no such page, or a predicate that cannot be read.
            UnknownMeasure, Ambiguous, BadSpelling.
        """
        page = checked_page(start, limit)
        index = self.index()
        with about(object_name):
            position = index.universe.position_of(object_name)
        chosen = self._chosen(index, measures)
        sorting = _sorting(index, chosen, sort)
        return row_pairs.pairs(index, position, chosen, *page, where=where, sorting=sorting)

    def subgraph(
        self,
        *,
        measure: str | None = None,
        where: str | None = None,
        most: int = LARGEST_SUBGRAPH,
        start: int | None = None,
    ) -> Subgraph:
        """Stored sets as columns, for drawing: all of them, or an even sample of every rank.

        Args:
            where: only the sets that a predicate selects.
            most: how many sets are given at most.
            start: no sample, but the sets from this one on: all of them, part by part.

        Raises:
            BadQuestion: a predicate that cannot be read, or no such number of sets.
            UnknownObject, UnknownMeasure, Ambiguous, BadSpelling.
        """
        return subgraph(self._subgraph(measure, where, most, start))

    def packed_subgraph(
        self,
        *,
        measure: str | None = None,
        where: str | None = None,
        most: int = LARGEST_SUBGRAPH,
        start: int | None = None,
    ) -> bytes:
        """The same as a safetensors file: a fraction of the bytes, and no number is rounded.

        Raises:
            BadQuestion, UnknownObject, UnknownMeasure, Ambiguous, BadSpelling: as `subgraph`.
        """
        columns = self._subgraph(measure, where, most, start)
        return to_packed(columns.arrays(), columns.about())

    def _subgraph(
        self, measure: str | None, where: str | None, most: int, start: int | None
    ) -> SubgraphColumns:
        if not 1 <= most <= LARGEST_SUBGRAPH:
            raise BadQuestion(
                f"A subgraph of {most:,} sets cannot be given.",
                hint=f"Ask for 1 to {LARGEST_SUBGRAPH:,}.",
            )
        index = self.index()
        chosen = None if measure is None else measure_in(index, measure)
        return subgraph_columns(index, chosen, most, where, start)

    def graph(self) -> nx.DiGraph[str]:
        """The lattice as a networkx graph to be read: every edge adds one object.

        It copies nothing: nodes, edges and what they carry are made when they are asked for.
        networkx's algorithms run on it; `graph().subgraph(names).copy()` is a plain graph.
        """
        from lattice.graph import LatticeGraph  # networkx is slow to import

        return LatticeGraph(self.index())

    def to_networkx(self, where: str | None = None) -> nx.DiGraph[str]:
        """A plain networkx copy, the asker's own, of the lattice or of some of its sets.

        Args:
            where: only the sets that a predicate selects, and the moves between them.

        Raises:
            BadQuestion: a predicate that cannot be read.
            UnknownObject, UnknownMeasure, Ambiguous, BadSpelling.
        """
        from lattice.graph import to_networkx

        index = self.index()
        rows = None if where is None else np.flatnonzero(select(index, where))
        return to_networkx(index, rows)


def _sorting(index: LatticeIndex, measures: tuple[int, ...], text: str) -> Sorting | None:
    """The order that the text says; None is display order."""
    if text == "rank":
        return None
    if text == "score":
        return sorting_by(index, index.measures[measures[0]].name) if measures else None
    return sorting_by(index, text)


def _notes(index: LatticeIndex) -> tuple[str, ...]:
    """What has to be known before the lattice's numbers are read."""
    return (*_declared_notes(index), *_domain_notes(index))


def _domain_notes(index: LatticeIndex) -> tuple[str, ...]:
    limited = [each for each in index.measures if each.domain is not None]
    if not limited:
        return ()
    shown = ", ".join(each.name for each in limited[:MOST_NAMED])
    return (
        f"{shown} {'is' if len(limited) == 1 else 'are'} defined for some training sets only;"
        " elsewhere nothing is missing",
    )


def _declared_notes(index: LatticeIndex) -> tuple[str, ...]:
    declared = np.any([column.declared for column in index.columns], axis=0)
    rows = np.flatnonzero(declared).tolist()
    if not rows:
        return ()
    names = ", ".join(index.training_set(row).name for row in rows[:MOST_NAMED])
    more = f" and {len(rows) - MOST_NAMED:,} more sets" if len(rows) > MOST_NAMED else ""
    return (f"the scores of {names}{more} are declared by the source, not measured",)
