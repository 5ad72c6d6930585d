"""One lattice: one method per question; every answer is a frozen dataclass of `lattice.model`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, get_args

import numpy as np

from lattice import results
from lattice.errors import BadQuestion, SetNotStored, about, closest, did_you_mean
from lattice.exporting.job import ExportOptions, export_lattice
from lattice.exporting.report import ExportReport
from lattice.importing.records import Progress
from lattice.importing.undo import undo
from lattice.index import MISSING, LatticeIndex, score_columns
from lattice.model import (
    Grid,
    LatticeDetail,
    Neighborhood,
    Objective,
    PairPage,
    Path,
    SetDetail,
    SetPage,
    SetPreview,
    Subgraph,
)
from lattice.notation import Universe, find_measure
from lattice.queries import grid as grids
from lattice.queries import neighborhood, paths
from lattice.queries.grid import Sort
from lattice.queries.subgraph import subgraph
from lattice.reports import ResultDetail, ResultEntry, ResultsDiff, UndoReport
from lattice.storage import Snapshot, Storage
from lattice.subsets import display_order, positions_of_mask, ranks

if TYPE_CHECKING:
    import networkx as nx

LARGEST_PAGE = 1_000
LARGEST_SUBGRAPH = 16_384
MOST_NAMED = 10


class Lattice:
    """One lattice. Answers are always about its latest state; threads may share it."""

    def __init__(self, storage: Storage, name: str) -> None:
        self._storage = storage
        self._index: LatticeIndex | None = None
        self._lock = threading.Lock()
        self.name = name

    @property
    def state(self) -> str:
        """The token of the last write; it changes with every change."""
        with self._storage.reading() as snapshot:
            return snapshot.state(self.name)

    # -------------------------------------------------------- what is stored

    def show(self) -> LatticeDetail:
        """Objects, measures, result sets, and how complete the lattice is."""
        index = self.index()
        with self._storage.reading() as snapshot:
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
        return grids.set_page(index, self._chosen(index, None), *_page(start, limit))

    def set(self, training_set: str) -> SetDetail:
        """One stored set with its members and cells.

        Raises:
            SetNotStored: it is not there; the nearest stored sets are offered.
        """
        index = self.index()
        return grids.set_detail(index, self._row(index, training_set), self._chosen(index, None))

    # -------------------------------------------------------- questions

    def neighbors(
        self, training_set: str, *, measures: Sequence[str] | None = None
    ) -> Neighborhood:
        """The sets one move away, with the delta of each move under each measure.

        Neighbors that are not stored are named as such.

        Raises:
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        index = self.index()
        row = self._row(index, training_set)
        return neighborhood.neighborhood(index, row, self._chosen(index, measures))

    def path(
        self,
        source: str,
        target: str,
        *,
        objective: Objective = "fewest",
        measure: str | None = None,
    ) -> Path:
        """The best chain of moves between two stored sets.

        `fewest` minimizes the number of moves. `widest` maximizes the worst score strictly
        between the ends, then minimizes the number of moves.

        Args:
            measure: whose scores are followed; may be left out where the lattice has only one,
                and for `fewest`, which then lists the scores of all.

        Raises:
            BadQuestion: an objective that is none of these, or `widest` without a measure where
                there are several.
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        _refuse_other_than(get_args(Objective), objective, "objective")
        index = self.index()
        rows = self._row(index, source), self._row(index, target)
        followed = None
        if measure is not None:
            followed = _measure(index, measure)
        elif len(index.measures) == 1:
            followed = 0
        if objective == "widest" and followed is None:
            names = ", ".join(each.name for each in index.measures[:4])
            raise BadQuestion(
                "A widest path needs a measure: whose worst score is to be best?",
                hint=f"This lattice has {len(index.measures)}, for example {names}.",
            )
        listed = tuple(range(len(index.measures))) if followed is None else (followed,)
        return paths.find_path(index, *rows, objective, followed, listed)

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
        _refuse_other_than(get_args(Sort), sort, "sort")
        index = self.index()
        return grids.grid(index, self._chosen(index, measures), sort, *_page(start, limit))

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
        return grids.pairs(index, position, self._chosen(index, measures), *_page(start, limit))

    def subgraph(self, *, measure: str | None = None, most: int = LARGEST_SUBGRAPH) -> Subgraph:
        """Stored sets as columns, for drawing: all of them, or an even sample of every rank."""
        if not 1 <= most <= LARGEST_SUBGRAPH:
            raise BadQuestion(
                f"A subgraph of {most:,} sets cannot be given.",
                hint=f"Ask for 1 to {LARGEST_SUBGRAPH:,}.",
            )
        index = self.index()
        chosen = None if measure is None else _measure(index, measure)
        return subgraph(index, chosen, most)

    def graph(self) -> nx.DiGraph[str]:
        """A plain networkx copy: every edge adds one object."""
        from lattice.graph import to_networkx  # networkx is slow to import

        return to_networkx(self.index())

    # -------------------------------------------------------- result sets

    def result_sets(self) -> tuple[ResultEntry, ...]:
        """Every imported result set, oldest first."""
        with self._storage.reading() as snapshot:
            return results.list_result_sets(snapshot, self.name)

    def result_set(self, which: str) -> ResultDetail:
        """One result set, by its id or its name, with its provenance and its mapping.

        Raises:
            Unknown, Ambiguous: it is not there, or not the only one of this name.
        """
        with self._storage.reading() as snapshot:
            return results.show_result_set(snapshot, self.name, which)

    def diff(self, first: str, second: str, *, limit: int = 50) -> ResultsDiff:
        """Two result sets compared score by score; at most `limit` of each kind are listed.

        Raises:
            Unknown, Ambiguous: one is not there, or not the only one of this name.
            BadQuestion: no such limit.
        """
        with self._storage.reading() as snapshot:
            return results.compare_result_sets(snapshot, self.name, first, second, limit=limit)

    def undo(self, which: str, *, dry_run: bool = False) -> UndoReport:
        """Undo one result set: the lattice is then as if it had never been imported.

        With its last result set the lattice itself goes.

        Args:
            dry_run: do everything and keep nothing.

        Raises:
            Unknown, Ambiguous: it is not there, or not the only one of this name.
            DatabaseBusy: somebody else is writing; says who.
        """
        return undo(self._storage, self.name, which, dry_run=dry_run)

    def export(
        self,
        path: FilePath | str,
        format: str | None = None,
        *,
        measures: Sequence[str] | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> ExportReport:
        """Write the lattice to a file, all of it or none.

        Args:
            path: the file, or `-` for standard output.
            format: `jsonl` keeps everything and can be imported again; `csv-wide`, `csv-long` and
                `parquet` are tables of the valid scores, `npz` arrays of the cells' means,
                `graphml` a graph. Left out, the file's suffix says it.
            measures: the measures that are written, for other formats than `jsonl`.
            force: replace a file that is there.
            progress: told how far the work is.

        Raises:
            BadQuestion: the format does not fit, or the file is there already.
            UnknownMeasure, Ambiguous.
        """
        options = ExportOptions(str(path), format, measures, force)
        return export_lattice(self._storage, self.name, options, self.index, progress)

    # -------------------------------------------------------- inside

    def index(self) -> LatticeIndex:
        """The index of the latest state, read again only when the lattice has changed."""
        with self._storage.reading() as snapshot:
            state = snapshot.state(self.name)
            index = self._index
            if index is None or index.state != state:
                with self._lock:
                    index = self._index
                    if index is None or index.state != state:
                        index = self._index = _read_index(snapshot, self.name)
            return index

    def _row(self, index: LatticeIndex, text: str) -> int:
        with about(text):
            mask = index.universe.read(text)
            row = index.row_of(mask)
            if row == MISSING:
                near = tuple(each.name for each in index.nearest(mask))
                raise SetNotStored(
                    f"The training set {index.universe.spell(mask)} is not stored in"
                    f" {self.name!r}.",
                    hint=f"Nearest stored sets: {', '.join(near)}." if near else "",
                    suggestions=near,
                )
        return row

    def _chosen(self, index: LatticeIndex, measures: Sequence[str] | None) -> tuple[int, ...]:
        if measures is None:
            return tuple(range(len(index.measures)))
        return tuple(_measure(index, text) for text in measures)


def _measure(index: LatticeIndex, text: str) -> int:
    with about(text):
        return find_measure(text, index.measures)


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


def _refuse_other_than(options: tuple[str, ...], said: str, parameter: str) -> None:
    if said not in options:
        near = closest(said, options)
        raise BadQuestion(
            f"{said!r} is no {parameter}.",
            hint=did_you_mean(near) or f"It can be {' or '.join(options)}.",
            suggestions=near,
        )


def _page(start: int, limit: int) -> tuple[int, int]:
    if start < 0 or not 1 <= limit <= LARGEST_PAGE:
        raise BadQuestion(
            f"A page cannot start at {start} with {limit} rows.",
            hint=f"Ask for 1 to {LARGEST_PAGE:,} rows from row 0 on.",
        )
    return start, limit


def _read_index(snapshot: Snapshot, name: str) -> LatticeIndex:
    """Build the index of one consistent view."""
    catalog = snapshot.catalog(name)
    stored = snapshot.training_sets(catalog)
    found = snapshot.evaluations(catalog)
    order = display_order(stored.words)
    words = stored.words[order]
    row_of_place = np.empty(len(order), dtype=np.int64)
    row_of_place[order] = np.arange(len(order))
    row = row_of_place[np.searchsorted(stored.ids, found.training_set_id)]
    for array in (words, row):
        array.setflags(write=False)
    return LatticeIndex(
        state=catalog.state,
        universe=Universe(catalog.objects),
        measures=catalog.measures,
        words=words,
        ranks=ranks(words),
        columns=score_columns(
            len(catalog.measures),
            len(words),
            row=row,
            measure=found.measure,
            replicate=found.replicate,
            inner_replicate=found.inner_replicate,
            scope=found.scope,
            score=found.score,
            declared=found.declared,
            scopes=found.scopes,
        ),
    )
