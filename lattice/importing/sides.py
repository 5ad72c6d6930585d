"""What two databases hold of the same training sets, side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lattice.importing.labels import replicate_number
from lattice.storage.merging import StoredEvaluation

Cell = tuple[int, int, int, int]
"""Training set, measure, replicate, inner replicate: what one valid score belongs to."""


@dataclass
class Incoming:
    """Evaluations of another database as lists of equal length, with the ids of this one.

    `known` says that the result set was here before; `superseded_by` is 0 where the score is
    valid. Settling changes `replicate`, `seed_label` and `superseded_by`.
    """

    training_set: list[int]
    measure: list[int]
    replicate: list[int]
    inner: list[int]
    result_set: list[int]
    seed_label: list[str | None]
    score: list[float]
    superseded_by: list[int]
    known: list[bool]

    def __len__(self) -> int:
        return len(self.score)

    def cell(self, each: int) -> Cell:
        """What one evaluation is a score of."""
        return (
            self.training_set[each],
            self.measure[each],
            self.replicate[each],
            self.inner[each],
        )


View = tuple[int, StoredEvaluation]
"""An evaluation that both have: the place of theirs among the incoming ones, and ours."""


class Sides:
    """Incoming evaluations and the stored ones of the same sets; `changes` are by primary key."""

    def __init__(self, rows: Incoming, stored: Iterable[StoredEvaluation]) -> None:
        self.rows = rows
        self.stored: dict[Cell, dict[int, StoredEvaluation]] = {}
        for each in stored:
            self.stored.setdefault(cell_of(each), {})[each.result_set_id] = each
        self.changes: dict[tuple[int, ...], dict[str, Any]] = {}

    @cached_property
    def theirs(self) -> dict[Cell, list[int]]:
        """The incoming evaluations by what they are scores of."""
        found: dict[Cell, list[int]] = {}
        for each in range(len(self.rows)):
            found.setdefault(self.rows.cell(each), []).append(each)
        return found

    def renamed(self, cell: Cell, result_set: int, mark: str) -> StoredEvaluation | None:
        """Our evaluation of a result set whose replicate was renamed, here or there."""
        own = self.stored.get(cell, {}).get(result_set)
        if own is not None:
            return own
        for each in self._of_result_set.get((cell[0], cell[1], cell[3], result_set), ()):
            if unmarked(cell_of(each), each.seed_label, mark) == cell:
                return each
        return None

    @cached_property
    def _of_result_set(self) -> dict[tuple[int, ...], list[StoredEvaluation]]:
        found: dict[tuple[int, ...], list[StoredEvaluation]] = {}
        for cell, of_cell in self.stored.items():
            for result_set, each in of_cell.items():
                found.setdefault((cell[0], cell[1], cell[3], result_set), []).append(each)
        return found

    def is_contested(self, cell: Cell, each: int, own: StoredEvaluation) -> bool:
        """Whether the database that did not rename an evaluation has another score in its cell."""
        if cell_of(own) == cell:
            others = self.stored[cell].values()
            return any(other.score != own.score for other in others)
        score = self.rows.score
        return any(score[other] != score[each] for other in self.theirs.get(cell, ()))

    def valid(self, cell: Cell, view: View) -> tuple[list[StoredEvaluation], tuple[float, int]]:
        """Our valid evaluations of a cell and one of theirs; those of the view without any."""
        rows, (place, own) = self.rows, view
        stored = self.stored.get(cell, {}).values()
        ours = [each for each in stored if each.superseded_by is None]
        theirs = [each for each in self.theirs.get(cell, ()) if not rows.superseded_by[each]]
        one = theirs[0] if theirs else place
        return ours or [own], (rows.score[one], rows.result_set[one])

    def leaves_nothing(self, cell: Cell, gone: Collection[int]) -> bool:
        """Whether no valid score would be left in a cell where each database has one."""
        rows = self.rows
        valid = [own for own in self.stored.get(cell, {}).values() if own.superseded_by is None]
        theirs = [each for each in self.theirs.get(cell, ()) if not rows.superseded_by[each]]
        if not valid or not theirs or any(not rows.known[each] for each in theirs):
            return False
        return all(own.result_set_id in gone for own in valid)

    def change(
        self, own: StoredEvaluation, replicate: int, seed_label: str | None, superseded_by: int
    ) -> None:
        """Change one of our evaluations."""
        result_set = own.result_set_id
        new = own._replace(
            replicate=replicate, seed_label=seed_label, superseded_by=superseded_by or None
        )
        del self.stored[cell_of(own)][result_set]
        self.stored.setdefault(cell_of(new), {})[result_set] = new
        self.changes[*cell_of(own), result_set] = {
            "replicate": replicate,
            "seed_label": seed_label,
            "superseded_by": superseded_by or None,
        }


def cell_of(stored: StoredEvaluation) -> Cell:
    """What a stored evaluation is a score of."""
    return (
        stored.training_set_id,
        stored.measure_id,
        stored.replicate,
        stored.inner_replicate,
    )


def unmarked(cell: Cell, label: str | None, mark: str) -> Cell:
    """What an evaluation was a score of before its replicate was renamed, if it was."""
    if label is None or not label.endswith(mark):
        return cell
    number = replicate_number(label.removesuffix(mark) or None)
    return cell[0], cell[1], number, cell[3]
