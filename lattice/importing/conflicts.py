"""What happens when a score disagrees with a stored one of the same cell and replicate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lattice.errors import Conflict
from lattice.importing.labels import replicate_number
from lattice.model import OnConflict
from lattice.notation import Universe
from lattice.storage import Row, Writer
from lattice.subsets import mask_of_members

_LISTED = 10


@dataclass(frozen=True)
class Keys:
    """The keys of C evaluations: ids of set and measure, numbers of the replicate, its label."""

    set: NDArray[np.int64]
    measure: NDArray[np.int64]
    number: NDArray[np.int64]
    inner: NDArray[np.int64]
    label: list[str | None]

    def key(self, evaluation: int) -> tuple[int, int, int, int]:
        """One evaluation's key as plain numbers."""
        return (
            int(self.set[evaluation]),
            int(self.measure[evaluation]),
            int(self.number[evaluation]),
            int(self.inner[evaluation]),
        )


@dataclass(frozen=True)
class _Disagreement:
    """A score that is stored differently, for the message."""

    set_id: int
    measure_id: int
    label: str | None
    stored: Row
    score: float
    place: str


class Conflicts:
    """Settles disagreements of one result set with the lattice as `on_conflict` says.

    `keep` stores the new score as superseded by the stored one, `replace` the other way round,
    `new-replicate` stores it as a replicate of its own; `refuse` lists them at the end.
    """

    def __init__(
        self,
        writer: Writer,
        on_conflict: OnConflict,
        result_set: int,
        digest: str,
    ) -> None:
        self._writer, self._on_conflict = writer, on_conflict
        self._result_set, self._digest = result_set, digest
        self._listed: list[_Disagreement] = []
        self.count = 0

    def settle(
        self, keys: Keys, score: NDArray[np.float64], place_of: Callable[[int], str]
    ) -> tuple[Keys, NDArray[np.int64]]:
        """The keys under which the evaluations are stored, and what supersedes them (0: nothing)."""
        superseded = np.zeros(len(keys.set), dtype=np.int64)
        stored = self._stored(np.unique(keys.set))
        if not stored:
            return keys, superseded
        number, label = keys.number.copy(), list(keys.label)
        replaced: list[tuple[int, int, int, int, int]] = []
        for each in range(len(keys.set)):
            there = stored.get(keys.key(each))
            if there is None or there[0]["score"] == float(score[each]):
                continue
            self.count += 1
            if self._on_conflict == "refuse" and len(self._listed) < _LISTED:
                self._list(keys, each, there[0], float(score[each]), place_of(each))
            elif self._on_conflict == "keep":
                superseded[each] = there[0]["result_set_id"]
            elif self._on_conflict == "replace":
                replaced += [(*keys.key(each), row["result_set_id"]) for row in there]
            elif self._on_conflict == "new-replicate":
                label[each] = f"{label[each] or ''}~{self._digest[:8]}"
                number[each] = replicate_number(label[each])
        self._writer.supersede(replaced, self._result_set)
        return replace(keys, number=number, label=label), superseded

    def _stored(self, sets: NDArray[np.int64]) -> dict[tuple[int, int, int, int], list[Row]]:
        """Valid evaluations of other result sets by key, the oldest result set first."""
        stored: dict[tuple[int, int, int, int], list[Row]] = {}
        for row in self._writer.evaluations_of(sets.tolist()):
            if row["result_set_id"] != self._result_set:
                key = (
                    row["training_set_id"],
                    row["measure_id"],
                    row["replicate"],
                    row["inner_replicate"],
                )
                stored.setdefault(key, []).append(row)
        for rows in stored.values():
            rows.sort(key=lambda row: int(row["result_set_id"]))
        return stored

    def _list(self, keys: Keys, each: int, row: Row, score: float, place: str) -> None:
        set_id, measure_id, _, _ = keys.key(each)
        found = _Disagreement(set_id, measure_id, keys.label[each], row, score, place)
        self._listed.append(found)

    def refuse_unsettled(self, universe: Universe) -> None:
        """Refuse all that disagrees, with the list.

        Raises:
            Conflict: something does, and nothing was said about it.
        """
        if self._on_conflict != "refuse" or not self.count:
            return
        lines = [self._line(each, universe) for each in self._listed]
        more = self.count - len(lines)
        if more:
            lines.append(f"... and {more:,} more")
        first = (
            lines[0]
            if self.count == 1
            else (
                f"{self.count:,} scores disagree with stored ones:\n  " + "\n  ".join(lines) + "\n"
            )
        )
        raise Conflict(
            f"{first.rstrip('.')}." if self.count == 1 else first.rstrip("\n") + "\n",
            hint="Say --on-conflict keep (stored scores stay), replace (these count from now on)"
            " or new-replicate (both count); or import into another lattice with --into.",
        )

    def _line(self, each: _Disagreement, universe: Universe) -> str:
        members = self._writer.members_of(each.set_id)
        name = self._writer.measure_parts(each.measure_id)
        replicate = "" if each.label is None else f", replicate {each.label}"
        files = self._writer.file_names(each.stored["result_set_id"])
        at = ""
        if each.stored["file_number"] in files:
            file, unit = files[each.stored["file_number"]]
            at = f" ({file}, {unit} {each.stored['place']})"
        return (
            f"{each.place}: {universe.spell(mask_of_members(members))} under {name}{replicate}"
            f" is stored as {each.stored['score']!s}{at}; here it is {each.score!s}"
        )
