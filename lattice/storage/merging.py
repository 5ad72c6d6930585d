"""What a merge asks of the evaluations that are stored, and what it changes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import RowMapping, bindparam, select, update

from lattice import schema
from lattice.storage.snapshot import Snapshot, in_batches
from lattice.storage.writer import Writer

_ROWS_AT_ONCE = 100_000
_SETS_AT_ONCE = 500


class StoredEvaluation(NamedTuple):
    """One row of `evaluation` as a merge looks at it."""

    training_set_id: int
    measure_id: int
    replicate: int
    inner_replicate: int
    result_set_id: int
    seed_label: str | None
    score: float
    superseded_by: int | None


def evaluations_around(snapshot: Snapshot, set_ids: Sequence[int]) -> Iterator[StoredEvaluation]:
    """All evaluations of some sets, valid or not."""
    table = schema.evaluation
    columns = [table.c[name] for name in StoredEvaluation._fields]
    for batch in in_batches(set_ids, _SETS_AT_ONCE):
        query = select(*columns).where(table.c.training_set_id.in_(batch))
        for row in snapshot.connection.execute(query):
            yield StoredEvaluation(*row)


def scores_under(
    snapshot: Snapshot, measure_id: int
) -> Iterator[tuple[list[bytes], NDArray[np.float64]]]:
    """Members and scores of every evaluation under a measure, some at a time."""
    table, sets = schema.evaluation, schema.training_set
    rows = snapshot.connection.execute(
        select(sets.c.members, table.c.score)
        .select_from(table.join(sets, sets.c.id == table.c.training_set_id))
        .where(table.c.measure_id == measure_id)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for part in rows.partitions(_ROWS_AT_ONCE):
        yield [row[0] for row in part], np.array([row[1] for row in part], dtype=np.float64)


def change_evaluations(
    writer: Writer, keys: Sequence[tuple[int, ...]], values: Sequence[Mapping[str, Any]]
) -> None:
    """Update evaluations that are named by their primary keys, all in the same columns."""
    if not keys:
        return
    table = schema.evaluation
    names = [column.name for column in table.primary_key]
    statement = (
        update(table)
        .where(*(table.c[name] == bindparam(f"of_{name}") for name in names))
        .values({name: bindparam(f"new_{name}") for name in values[0]})
    )
    rows = [
        {f"of_{name}": part for name, part in zip(names, key, strict=True)}
        | {f"new_{name}": value for name, value in changed.items()}
        for key, changed in zip(keys, values, strict=True)
    ]
    writer.connection.execute(statement, rows)


def result_set_rows(snapshot: Snapshot, lattice_id: int) -> Sequence[RowMapping]:
    """All result sets of a lattice, in the order of their ids."""
    table = schema.result_set
    query = select(table).where(table.c.lattice_id == lattice_id).order_by(table.c.id)
    return snapshot.connection.execute(query).mappings().all()
