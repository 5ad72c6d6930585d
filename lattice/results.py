"""Questions about result sets: which one is meant, what it holds, how two of them differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.errors import Ambiguous, BadQuestion, Unknown, about, closest, did_you_mean
from lattice.importing import mapping as mappings
from lattice.model import ResultSet, TrainingSet
from lattice.notation import Universe
from lattice.reports import (
    LoneScore,
    MeasureDiff,
    ResultDetail,
    ResultEntry,
    ResultName,
    ResultsDiff,
    ScoreDifference,
    Supersession,
)
from lattice.storage import Snapshot
from lattice.storage.results import Results, StoredScores
from lattice.stored import Catalog
from lattice.subsets import mask_of_members

LONGEST_DIFF = 1_000
_MOST_NAMED = 8
Rows = NDArray[np.int64]


def find_result_set(text: str, lattice: str, stored: Sequence[ResultSet]) -> ResultSet:
    """The result set of this id (`3` or `#3`), or else of this name.

    Raises:
        Unknown: there is none; the closest names are offered.
        Ambiguous: several have the name; their ids are listed.
    """
    wanted = text.strip()
    number = wanted.removeprefix("#")
    by_id = [each for each in stored if number.isdecimal() and each.id == int(number)]
    named = [each for each in stored if each.name == wanted]
    found = by_id + [each for each in named if each not in by_id]
    if len(found) == 1:
        return found[0]
    with about(text):
        if found:
            ids = tuple(f"#{each.id}" for each in found)
            shown = [f"#{each.id} of {each.imported_at[:10]}" for each in found[:_MOST_NAMED]]
            raise Ambiguous(
                f"The result set {wanted!r} of {lattice!r} can be {' or '.join(shown)}.",
                hint="Name it by its id.",
                suggestions=ids,
            )
        near = closest(wanted, [each.name for each in stored])
        raise Unknown(
            f"There is no result set {wanted!r} in {lattice!r}.",
            hint=did_you_mean(near) or f"`lattice results ls {lattice}` lists them.",
            suggestions=near,
        )


def list_result_sets(snapshot: Snapshot, name: str) -> tuple[ResultEntry, ...]:
    """Every result set of a lattice, oldest first."""
    catalog = snapshot.catalog(name)
    superseded = Results(snapshot, catalog.id).superseded()
    return tuple(
        ResultEntry(each, superseded.get(each.id, 0)) for each in snapshot.result_sets(catalog)
    )


def show_result_set(snapshot: Snapshot, name: str, which: str) -> ResultDetail:
    """One result set with its provenance and its mapping.

    Raises:
        UnknownLattice, Unknown, Ambiguous: it is not there, or not the only one.
    """
    catalog = snapshot.catalog(name)
    stored = snapshot.result_sets(catalog)
    found = find_result_set(which, name, stored)
    results = Results(snapshot, catalog.id)
    row = results.stored()[found.id]
    measure_of = dict(zip(catalog.measure_ids, catalog.measures, strict=True))
    measures, only_measures = results.measures(found.id)
    sets, only_sets = results.count_sets(found.id)
    superseded_by = _supersessions(results.superseded_by(found.id), stored)
    return ResultDetail(
        result_set=found,
        digest=row["digest"],
        blocks=row["blocks"],
        imported_by=row["imported_by"],
        mapping=mappings.to_toml(mappings.restored(row["mapping"])),
        training_sets=sets,
        measures=tuple(measure_of[each].name for each in sorted(measures)),
        superseded=sum(each.evaluations for each in superseded_by),
        superseded_by=superseded_by,
        supersedes=_supersessions(results.supersedes(found.id), stored),
        only_sets=only_sets,
        only_measures=tuple(measure_of[each].name for each in sorted(only_measures)),
    )


def _supersessions(counts: dict[int, int], stored: Sequence[ResultSet]) -> tuple[Supersession, ...]:
    name_of = {each.id: each.name for each in stored}
    return tuple(Supersession(each, name_of[each], count) for each, count in counts.items())


# ------------------------------------------------------------------ differences


@dataclass(frozen=True)
class _Comparison:
    """Two result sets score by score: rows of the first and the second.

    `both` (B, 2) are the rows of scores that both have, `first` and `second` of the others.
    """

    one: StoredScores
    two: StoredScores
    both: Rows
    first: Rows
    second: Rows

    @classmethod
    def of(cls, one: StoredScores, two: StoredScores) -> _Comparison:
        """Match two result sets by key."""
        keys = np.concatenate([one.key, two.key])
        order = np.lexsort(keys.T[::-1])  # stable: of two equal keys the first one's is first
        again = np.flatnonzero((keys[order][1:] == keys[order][:-1]).all(axis=1))
        both = np.stack([order[again], order[again + 1] - len(one.key)], axis=1)
        alone = np.ones(len(keys), dtype=np.bool_)
        alone[both[:, 0]] = alone[both[:, 1] + len(one.key)] = False
        first, second = alone[: len(one.key)], alone[len(one.key) :]
        return cls(one, two, both, np.flatnonzero(first), np.flatnonzero(second))

    @property
    def difference(self) -> NDArray[np.float64]:
        """Second less first, where both have a score, shape (B,)."""
        return np.asarray(self.two.score[self.both[:, 1]] - self.one.score[self.both[:, 0]])

    def by_measure(self, measure: int) -> tuple[int, int, int, int, float | None]:
        """Counts of same, other, only first, only second; and the largest difference."""
        here = self.one.key[self.both[:, 0], 1] == measure
        size = np.abs(self.difference[here])
        return (
            int((size == 0).sum()),
            int((size > 0).sum()),
            int((self.one.key[self.first, 1] == measure).sum()),
            int((self.two.key[self.second, 1] == measure).sum()),
            float(size.max()) if len(size) else None,
        )


def compare_result_sets(
    snapshot: Snapshot, name: str, first: str, second: str, *, limit: int
) -> ResultsDiff:
    """How the scores of two result sets differ, whether they count or not.

    Args:
        limit: how many differences, and how many scores of only one, are listed.

    Raises:
        UnknownLattice, Unknown, Ambiguous: one is not there, or not the only one.
        BadQuestion: no such limit.
    """
    if not 0 <= limit <= LONGEST_DIFF:
        raise BadQuestion(
            f"{limit:,} differences cannot be listed.", hint=f"Ask for 0 to {LONGEST_DIFF:,}."
        )
    catalog = snapshot.catalog(name)
    stored = snapshot.result_sets(catalog)
    ids = [find_result_set(each, name, stored) for each in (first, second)]
    if ids[0].id == ids[1].id:
        others = [f"#{each.id} {each.name}" for each in stored if each.id != ids[0].id]
        raise BadQuestion(
            f"{first!r} and {second!r} are the same result set, #{ids[0].id} {ids[0].name}."
            if first != second
            else f"{first!r} cannot be compared with itself.",
            hint=f"Name another one: {', '.join(others[:5])}."
            if others
            else f"{name} has no other result set.",
        )
    results = Results(snapshot, catalog.id)
    found = _Comparison.of(*(results.scores(each.id) for each in ids))
    naming = _Naming(catalog, results)
    changed = np.flatnonzero(found.difference != 0)
    order = changed[np.argsort(-np.abs(found.difference[changed]), kind="stable")]
    return ResultsDiff(
        lattice=name,
        first=ResultName(ids[0].id, ids[0].name),
        second=ResultName(ids[1].id, ids[1].name),
        measures=naming.measures(found),
        differences=tuple(
            naming.difference(found, each, ids[0].id) for each in order[:limit].tolist()
        ),
        only_first=naming.lone(found.one, found.first[:limit], ids[0].id),
        only_second=naming.lone(found.two, found.second[:limit], ids[1].id),
    )


class _Naming:
    """Names sets, measures and replicates of compared scores."""

    def __init__(self, catalog: Catalog, results: Results) -> None:
        self._universe = Universe(catalog.objects)
        self._results = results
        self._measures = dict(zip(catalog.measure_ids, catalog.measures, strict=True))

    def measures(self, found: _Comparison) -> tuple[MeasureDiff, ...]:
        """The counts of every measure that either evaluates."""
        counts = {each: found.by_measure(each) for each in self._measures}
        return tuple(
            MeasureDiff(self._measures[each].name, *numbers)
            for each, numbers in counts.items()
            if any(numbers[:4])
        )

    def difference(self, found: _Comparison, each: int, first: int) -> ScoreDifference:
        one, two = found.both[each].tolist()
        training_set, measure, replicate = self._place(found.one, one, first)
        scores = float(found.one.score[one]), float(found.two.score[two])
        return ScoreDifference(training_set, measure, replicate, *scores, scores[1] - scores[0])

    def lone(self, scores: StoredScores, rows: Rows, result_set: int) -> tuple[LoneScore, ...]:
        return tuple(
            LoneScore(*self._place(scores, row, result_set), float(scores.score[row]))
            for row in rows.tolist()
        )

    def _place(
        self, scores: StoredScores, row: int, result_set: int
    ) -> tuple[TrainingSet, str, str | None]:
        set_id, measure, replicate, inner = scores.key[row].tolist()
        mask = mask_of_members(self._results.members(set_id))
        label = self._results.seed_label((set_id, measure, replicate, inner), result_set)
        if label is not None and inner:
            label = f"{label}, {inner}"
        return self._universe.training_set(mask), self._measures[measure].name, label
