"""Settles what two databases say of the same evaluations.

Supersessions that either knows hold in both; disagreements are refused, or settled as
`on_conflict` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lattice.errors import Conflict
from lattice.importing.labels import replicate_number
from lattice.importing.matching import ResultSets
from lattice.importing.sides import Cell, Incoming, Sides, View, cell_of, unmarked
from lattice.model import OnConflict
from lattice.storage import Writer
from lattice.storage.merging import StoredEvaluation, change_evaluations, evaluations_around

_LISTED = 10


@dataclass(frozen=True)
class Disagreement:
    """Two valid scores of one cell and replicate, or two views on which one is valid."""

    cell: Cell
    label: str | None
    ours: tuple[float, int]
    theirs: tuple[float, int]


@dataclass
class Settlement:
    """Settles block after block; `count` is of disagreements, `listed` are the first ones."""

    writer: Writer
    on_conflict: OnConflict
    result_sets: ResultSets
    count: int = 0
    superseded: int = 0
    changed: int = 0
    listed: list[Disagreement] = field(default_factory=list)

    def settle(self, rows: Incoming, old_sets: Sequence[int]) -> None:
        """Settle the evaluations of some sets, of which `old_sets` were here before."""
        sides = Sides(rows, evaluations_around(self.writer, old_sets))
        if not sides.stored:
            return
        for cell, views in self._differing_views(sides).items():
            self._unite(sides, cell, views)
        self._settle_scores(sides)
        change_evaluations(self.writer, list(sides.changes), list(sides.changes.values()))
        self.changed += len(sides.changes)

    # -------------------------------------------------------- what both know

    def _differing_views(self, sides: Sides) -> dict[Cell, list[View]]:
        """Evaluations that both have and that differ in name or validity, by their first cell."""
        rows, found = sides.rows, dict[Cell, list[View]]()
        for each in range(len(rows)):
            if not rows.known[each]:
                continue
            own = sides.stored.get(rows.cell(each), {}).get(rows.result_set[each])
            if own is not None and own.superseded_by == (rows.superseded_by[each] or None):
                continue
            mark = self._mark(rows.result_set[each])
            cell = unmarked(rows.cell(each), rows.seed_label[each], mark)
            own = own or sides.renamed(cell, rows.result_set[each], mark)
            if own is not None:
                found.setdefault(cell, []).append((each, own))
        return found

    def _mark(self, result_set: int) -> str:
        """What the labels of a result set end in where they were changed to settle a conflict."""
        return f"~{self.result_sets.digests[result_set][:8]}"

    def _unite(self, sides: Sides, cell: Cell, views: Sequence[View]) -> None:
        """Let supersessions and names that either database knows hold in both.

        Where both met a conflict and settled it in opposite ways there is nothing to unite: that
        is a disagreement itself.
        """
        rows = sides.rows
        renamed = [view for view in views if cell_of(view[1]) != rows.cell(view[0])]
        met = any(sides.is_contested(cell, each, own) for each, own in renamed)
        gone = {
            own.result_set_id: by
            for each, own in views
            if (by := self._superseded_by(rows.superseded_by[each], own))
        }
        if met or sides.leaves_nothing(cell, gone):
            self._note(cell, *sides.valid(cell, views[0]), views[0][1].seed_label)
            if self.on_conflict == "replace":
                for each, own in views:
                    sides.change(
                        own, rows.replicate[each], rows.seed_label[each], rows.superseded_by[each]
                    )
            return
        for each, own in views:
            if (each, own) in renamed and cell_of(own) == cell:
                sides.change(own, rows.replicate[each], rows.seed_label[each], 0)
            elif own.result_set_id in gone:
                by = gone[own.result_set_id]
                sides.change(own, own.replicate, own.seed_label, by)
                self.superseded += own.superseded_by is None

    def _superseded_by(self, theirs: int, own: StoredEvaluation) -> int:
        """What supersedes an evaluation by now; 0 where nothing changes."""
        rank = self.result_sets.rank
        if not theirs or theirs == own.superseded_by:
            return 0
        later = own.superseded_by is not None and rank[theirs] > rank[own.superseded_by]
        return 0 if later else theirs

    # -------------------------------------------------------- what only they know

    def _settle_scores(self, sides: Sides) -> None:
        """Settle new scores that disagree with valid ones."""
        rows = sides.rows
        for each in range(len(rows)):
            if rows.known[each] or rows.superseded_by[each]:
                continue
            cell = rows.cell(each)
            differing = [
                own
                for own in sides.stored.get(cell, {}).values()
                if own.superseded_by is None and own.score != rows.score[each]
            ]
            if not differing:
                continue
            result_set = rows.result_set[each]
            self._note(cell, differing, (rows.score[each], result_set), rows.seed_label[each])
            if self.on_conflict == "keep":
                rows.superseded_by[each] = min(own.result_set_id for own in differing)
            elif self.on_conflict == "replace":
                for own in differing:
                    sides.change(own, own.replicate, own.seed_label, result_set)
                self.superseded += len(differing)
            elif self.on_conflict == "new-replicate":
                label = f"{rows.seed_label[each] or ''}{self._mark(result_set)}"
                rows.seed_label[each], rows.replicate[each] = label, replicate_number(label)

    def _note(
        self,
        cell: Cell,
        ours: Sequence[StoredEvaluation],
        theirs: tuple[float, int],
        label: str | None,
    ) -> None:
        self.count += 1
        if len(self.listed) < _LISTED:
            first = min(ours, key=lambda own: own.result_set_id)
            own = (first.score, first.result_set_id)
            self.listed.append(Disagreement(cell, label, own, theirs))

    # -------------------------------------------------------- the end

    def refuse(self, lines: Sequence[str]) -> None:
        """Refuse what disagrees, when nothing was said about it; `lines` describe `listed`.

        Raises:
            Conflict: something does.
        """
        if self.on_conflict != "refuse" or not self.count:
            return
        more = self.count - len(lines)
        shown = [*lines, *([f"... and {more:,} more"] if more else [])]
        what = (
            f"{lines[0]}."
            if self.count == 1
            else f"{self.count:,} scores disagree:\n  " + "\n  ".join(shown) + "\n"
        )
        raise Conflict(
            what,
            hint="Say --on-conflict keep (stored scores stay), replace (these count from now on)"
            " or new-replicate (both count); or store it as another lattice with --into.",
        )
