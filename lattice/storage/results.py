"""Questions about single result sets: what they hold, and what only they hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, func, select, union

from lattice import schema
from lattice.storage.snapshot import Row, Snapshot
from lattice.stored import Identifiers

_ROWS_AT_ONCE = 50_000
_evaluation = schema.evaluation.c


@dataclass(frozen=True)
class StoredScores:
    """All evaluations of one result set by key.

    `key` (C, 4) is set, measure, replicate and inner replicate; `score` has shape (C,).
    """

    key: Identifiers
    score: NDArray[np.float64]


class Results:
    """Questions about the result sets of one lattice."""

    def __init__(self, snapshot: Snapshot, lattice_id: int) -> None:
        self._connection = snapshot.connection
        self._lattice_id = lattice_id

    def stored(self) -> dict[int, Row]:
        """Every result set's row by its id, oldest first."""
        table = schema.result_set
        rows = self._connection.execute(
            select(table).where(table.c.lattice_id == self._lattice_id).order_by(table.c.id)
        )
        return {row["id"]: row for row in rows.mappings()}

    def superseded(self) -> dict[int, int]:
        """How many evaluations of each result set do not count."""
        own = select(schema.result_set.c.id).where(
            schema.result_set.c.lattice_id == self._lattice_id
        )
        rows = self._connection.execute(
            select(_evaluation.result_set_id, func.count())
            .where(_evaluation.superseded_by.is_not(None), _evaluation.result_set_id.in_(own))
            .group_by(_evaluation.result_set_id)
        )
        return {row[0]: row[1] for row in rows}

    def superseded_by(self, result_set: int) -> dict[int, int]:
        """Whose scores count instead of how many of this result set's."""
        rows = self._connection.execute(
            select(_evaluation.superseded_by, func.count())
            .where(_evaluation.result_set_id == result_set, _evaluation.superseded_by.is_not(None))
            .group_by(_evaluation.superseded_by)
            .order_by(_evaluation.superseded_by)
        )
        return {row[0]: row[1] for row in rows}

    def supersedes(self, result_set: int) -> dict[int, int]:
        """Instead of how many of whose scores this result set's count."""
        rows = self._connection.execute(
            select(_evaluation.result_set_id, func.count())
            .where(_evaluation.superseded_by == result_set)
            .group_by(_evaluation.result_set_id)
            .order_by(_evaluation.result_set_id)
        )
        return {row[0]: row[1] for row in rows}

    def count_sets(self, result_set: int) -> tuple[int, int]:
        """How many sets it has, scored or not, and how many of them no other result set has."""
        tables = (schema.evaluation.c, schema.unscored_set.c)
        own = union(
            *(select(t.training_set_id).where(t.result_set_id == result_set) for t in tables)
        ).subquery()
        shared = (
            exists().where(
                t.training_set_id == own.c.training_set_id, t.result_set_id != result_set
            )
            for t in tables
        )
        whole = select(func.count()).select_from(own)
        queries = (whole, whole.where(*(~each for each in shared)))
        counts = [self._connection.execute(query).scalar_one() for query in queries]
        return int(counts[0]), int(counts[1])

    def measures(self, result_set: int) -> tuple[set[int], set[int]]:
        """The measures that it evaluates, and those of them that no other result set does."""
        own = set(
            self._connection.scalars(
                select(_evaluation.measure_id)
                .where(_evaluation.result_set_id == result_set)
                .distinct()
            )
        )
        others = self._connection.scalars(
            select(_evaluation.measure_id)
            .where(_evaluation.measure_id.in_(own), _evaluation.result_set_id != result_set)
            .distinct()
        )
        return own, own - set(others)

    def scores(self, result_set: int) -> StoredScores:
        """All its evaluations, in the order of their keys, whether they count or not."""
        names = ("training_set_id", "measure_id", "replicate", "inner_replicate")
        key = [_evaluation[name] for name in names]
        rows = self._connection.execute(
            select(*key, _evaluation.score)
            .where(_evaluation.result_set_id == result_set)
            .order_by(*key)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        keys, scores = [np.empty((0, 4), dtype=np.int64)], [np.empty(0)]
        for part in rows.partitions(_ROWS_AT_ONCE):
            columns = list(zip(*part, strict=True))
            keys.append(np.array(columns[:4], dtype=np.int64).T)
            scores.append(np.array(columns[4], dtype=np.float64))
        return StoredScores(np.concatenate(keys), np.concatenate(scores))

    def members(self, set_id: int) -> bytes:
        """The members of one set."""
        table = schema.training_set
        query = select(table.c.members).where(table.c.id == set_id)
        return bytes(self._connection.execute(query).scalar_one())

    def seed_label(self, key: tuple[int, int, int, int], result_set: int) -> str | None:
        """The label of one evaluation's replicate."""
        names = ("training_set_id", "measure_id", "replicate", "inner_replicate")
        same = (_evaluation[name] == value for name, value in zip(names, key, strict=True))
        query = select(_evaluation.seed_label).where(*same, _evaluation.result_set_id == result_set)
        label = self._connection.execute(query).scalar_one()
        return None if label is None else str(label)
