"""Exports: a whole lattice as a file, or the sets around one, between two, along a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Unpack

import numpy as np

from lattice.errors import BadQuestion, about
from lattice.exporting.job import ExportOptions, export_lattice
from lattice.exporting.parts import Part
from lattice.exporting.report import ExportReport
from lattice.facade.walking import KeptOnPath, Walking
from lattice.importing.records import Progress
from lattice.index import LatticeIndex, Rows
from lattice.model import Objective
from lattice.queries.balls import ball
from lattice.queries.intervals import rows_between
from lattice.queries.predicates import select
from lattice.subsets import mask_of_key


class Exporting(Walking):
    """Exports; those of a path ask for it."""

    def export(
        self,
        path: FilePath | str,
        format: str | None = None,
        *,
        measures: Sequence[str] | None = None,
        around: str | None = None,
        radius: int | None = None,
        between: tuple[str, str] | None = None,
        along: tuple[str, str] | None = None,
        objective: Objective | None = None,
        by: str | None = None,
        force: bool = False,
        progress: Progress | None = None,
        **kept: Unpack[KeptOnPath],
    ) -> ExportReport:
        """Write the lattice, or a part of it, to a file: all of that or nothing.

        Args:
            path: the file, or `-` for standard output.
            format: `jsonl` keeps everything and can be imported again; `csv-wide`, `csv-long` and
                `parquet` are tables of the valid scores, `npz` arrays of the cells' means,
                `graphml` a graph. Left out, the file's suffix says it.
            measures: the measures that are written, for other formats than `jsonl`.
            around: only this stored set and those within `radius` moves of it; one without it.
            between: only the sets between two sets, which need not be stored; where neither holds
                the other, from their meet to their join.
            along: only the sets on the best path from one set to another, in the order of its
                steps, which tables and graphs number. `objective` and `by`, the measure that it
                follows, say what is best; the fewest moves without them.
            force: replace a file that is there.
            progress: told how far the work is.
            kept: `where`: only the sets that a predicate selects, of all or of those of `around`
                or `between`. With `along` it is what holds of every set on the path, as for
                `path`: `where` as well as `only`, `min_rank`, `max_rank`, `keep`, `avoid`,
                `floors`, `ceilings` and `evaluated`.

        Raises:
            BadQuestion: the format does not fit, the file is there already, the parts contradict
                each other, or there is nothing in them.
            DatabaseBusy: the lattice changed while the part was being chosen.
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        options = ExportOptions(str(path), format, measures, force)
        said = {"around": around, "between": between, "along": along}
        kinds = [name for name, value in said.items() if value is not None]
        if len(kinds) > 1:
            raise BadQuestion(
                f"A part cannot be chosen with {' and '.join(kinds[:2])} at once.",
                hint="Leave out one.",
            )
        where = kept.get("where")
        on_path = {
            name: None if value is False or value in ((), [], {}) else value
            for name, value in kept.items()
            if name != "where"
        }
        _refuse_stray("around", around, {"radius": radius})
        _refuse_stray("along", along, {"objective": objective, "by": by, **on_path})
        choose: Callable[[], Part] | None = None
        if around is not None:
            choose = lambda: self._part_around(around, 1 if radius is None else radius, where)  # noqa: E731
        elif between is not None:
            choose = lambda: self._part_between(between, where)  # noqa: E731
        elif along is not None:
            choose = lambda: self._part_along(along, objective or "fewest", by, kept)  # noqa: E731
        elif where is not None:
            choose = lambda: self._part_where(where)  # noqa: E731
        return export_lattice(self._storage, self.name, options, choose, self.index, progress)

    def _part_around(self, text: str, radius: int, where: str | None) -> Part:
        if radius < 1:
            raise BadQuestion(f"A radius of {radius} is none.", hint="Ask for 1 move or more.")
        if where is None:
            index, row = self._around(text, radius)
        else:
            index = self.index()
            row = self._row(index, text)
        rows = ball(index, row, radius, frozenset(("add", "remove"))).rows
        moves = "1 move" if radius == 1 else f"{radius:,} moves"
        said = f"within {moves} of {index.training_set(row).name}"
        return _narrower(index, np.append(rows, row), said, where)

    def _part_between(self, texts: tuple[str, str], where: str | None) -> Part:
        index = self.index()
        masks = []
        for text in texts:
            with about(text):
                masks.append(index.universe.read(text))
        lower, upper = masks[0] & masks[1], masks[0] | masks[1]
        names = [index.universe.spell(mask) for mask in (lower, upper)]
        rows = rows_between(index, lower, upper)
        return _narrower(index, rows, f"between {names[0]} and {names[1]}", where)

    def _part_along(
        self, ends: tuple[str, str], objective: Objective, by: str | None, kept: KeptOnPath
    ) -> Part:
        path = self.path(*ends, objective=objective, measure=by, **kept)
        if not path.found:
            raise BadQuestion(
                f"There is no path from {path.source.name} to {path.target.name} to write:"
                f" {'; '.join(path.notes)}.",
                hint="Choose other ends, or --between.",
            )
        keys = [step.training_set.key for step in path.steps]
        index = self._holding(keys)
        rows = np.array([index.row_of(mask_of_key(key)) for key in keys], dtype=np.int64)
        said = f"on the {objective} path from {path.source.name} to {path.target.name}"
        return Part(index, rows, said, stepped=True)

    def _part_where(self, where: str) -> Part:
        index = self.index()
        return Part(index, np.flatnonzero(select(index, where)), f"such that {where}")


def _refuse_stray(part: str, chosen: object, said: Mapping[str, object]) -> None:
    """Refuse what only makes sense with a part that is not asked for."""
    stray = next((name for name, value in said.items() if value is not None), None)
    if chosen is None and stray is not None:
        raise BadQuestion(
            f"{stray} says nothing without {part}.", hint=f"Say {part} as well, or leave it out."
        )


def _narrower(index: LatticeIndex, rows: Rows, said: str, where: str | None) -> Part:
    """Those of the rows that a predicate selects, in display order."""
    rows = np.sort(rows)
    if where is None:
        return Part(index, rows, said)
    return Part(index, rows[select(index, where)[rows]], f"{said}, such that {where}")
