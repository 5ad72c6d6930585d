"""What is stored: the lattice, its sets, its grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, get_args

import numpy as np

from lattice.errors import BadQuestion, about
from lattice.facade.asking import Asking, checked_page, measure_in, refuse_other_than
from lattice.index import MISSING, LatticeIndex
from lattice.model import Grid, LatticeDetail, PairPage, SetDetail, SetPage, SetPreview, Subgraph
from lattice.queries import grid as grids
from lattice.queries.grid import Sort
from lattice.queries.predicates import select
from lattice.queries.search import search
from lattice.queries.subgraph import subgraph
from lattice.subsets import positions_of_mask

if TYPE_CHECKING:
    import networkx as nx

LARGEST_SUBGRAPH = 16_384
MOST_NAMED = 10


class Browsing(Asking):
    """What is stored."""

    def show(self) -> LatticeDetail:
        """Objects, measures, result sets, and how complete the lattice is."""
        with self._indexes.at_once() as (index, snapshot):
            catalog = snapshot.catalog(self.name)
            tallies = snapshot.tallies(catalog)
            return LatticeDetail(
                summary=snapshot.summary(catalog, tallies),
                objects=catalog.objects,
                measures=catalog.measures,
                cells_per_measure=tuple(each.cells for each in tallies),
                result_sets=snapshot.result_sets(catalog),
                notes=_notes(index),
            )

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
        return grids.set_detail(index, row, self._chosen(index, None))

    def grid(
        self,
        *,
        measures: Sequence[str] | None = None,
        sort: Sort = "rank",
        start: int = 0,
        limit: int = 200,
    ) -> Grid:
        """Training sets x measures.

        Args:
            sort: by rank, or by `score` under the first measure, best first.

        Raises:
            BadQuestion: another order, or no such page.
            UnknownMeasure, Ambiguous.
        """
        refuse_other_than(get_args(Sort), sort, "sort")
        index = self.index()
        return grids.grid(index, self._chosen(index, measures), sort, *checked_page(start, limit))

    def pairs(
        self,
        object_name: str,
        *,
        measures: Sequence[str] | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> PairPage:
        """Leave-one-out row pairs: every stored set with the object beside the one without it.

        Raises:
            UnknownObject: there is no such object.
        """
        index = self.index()
        with about(object_name):
            position = index.universe.position_of(object_name)
        return grids.pairs(
            index, position, self._chosen(index, measures), *checked_page(start, limit)
        )

    def subgraph(
        self,
        *,
        measure: str | None = None,
        where: str | None = None,
        most: int = LARGEST_SUBGRAPH,
    ) -> Subgraph:
        """Stored sets as columns, for drawing: all of them, or an even sample of every rank.

        Args:
            where: only the sets that a predicate selects.
            most: how many sets are given at most.

        Raises:
            BadQuestion: a predicate that cannot be read, or no such number of sets.
            UnknownObject, UnknownMeasure, Ambiguous, BadSpelling.
        """
        if not 1 <= most <= LARGEST_SUBGRAPH:
            raise BadQuestion(
                f"A subgraph of {most:,} sets cannot be given.",
                hint=f"Ask for 1 to {LARGEST_SUBGRAPH:,}.",
            )
        index = self.index()
        chosen = None if measure is None else measure_in(index, measure)
        return subgraph(index, chosen, most, where)

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
