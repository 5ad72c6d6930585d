"""The write side of one transaction."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lattice import schema
from lattice.storage.snapshot import Row, Snapshot, in_batches
from lattice.stored import Identifiers
from lattice.subsets import Words, members_of_words, ranks

_ROWS_AT_ONCE = 50_000
_PARAMETERS_AT_ONCE = 500
_SETS_AT_ONCE = 2_000
_MOST_FOLLOWED = 50_000
_MOST_RECENT_WRITES = 1_000

Scores = NDArray[np.float64]


class Writer(Snapshot):
    """The write side of one transaction; it sees its own writes."""

    def add(self, table: Table, values: Mapping[str, object]) -> int:
        """Insert one row and give its new id."""
        identifier = self.next_id(table)
        self._connection.execute(insert(table).values(id=identifier, **values))
        return identifier

    def add_all(self, table: Table, columns: Mapping[str, Sequence[object]]) -> None:
        """Insert many rows, given as columns of equal length."""
        compiled = insert(table).compile(self._connection, column_keys=list(columns))
        order = compiled.positiontup or list(columns)
        rows = zip(*(columns[name] for name in order), strict=True)
        for batch in in_batches(rows, _ROWS_AT_ONCE):
            if compiled.positiontup:  # plain tuples straight to the driver: seven times faster
                self._connection.exec_driver_sql(str(compiled), batch)
            else:
                dictionaries = [dict(zip(order, row, strict=True)) for row in batch]
                self._connection.execute(insert(table), dictionaries)

    def change(self, table: Table, identifier: int, values: Mapping[str, object]) -> None:
        """Update one row."""
        self._connection.execute(update(table).where(table.c.id == identifier).values(**values))

    def discard(self) -> None:
        """Undo everything; nothing may be asked of this writer afterwards."""
        transaction = self._connection.get_transaction()
        if transaction is not None:
            transaction.rollback()

    def take_lock(self, name: str, doing: str) -> None:
        """Say that this process holds a lock, whoever held it before."""
        self.release_lock(name)
        self._connection.execute(
            insert(schema.lock).values(
                name=name,
                holder=f"{getpass.getuser()}@{socket.gethostname()}, process {os.getpid()},",
                doing=doing,
                since=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        )

    def release_lock(self, name: str) -> None:
        """Say that nobody holds a lock."""
        self._connection.execute(delete(schema.lock).where(schema.lock.c.name == name))

    def named(self, table: Table, lattice_id: int) -> dict[str, Row]:
        """All rows of a table that belong to the lattice, by their names."""
        return {row["name"]: row for row in self._rows_of(table, lattice_id)}

    def row(self, table: Table, identifier: int) -> Row:
        """One row by its id."""
        query = select(table).where(table.c.id == identifier)
        return self._connection.execute(query).mappings().one()

    def next_id(self, table: Table) -> int:
        """The id that the next row gets; the write lock keeps it free."""
        return self._number(select(func.coalesce(func.max(table.c.id), 0))) + 1

    def find_lattice(self, name: str) -> Row | None:
        """The lattice's row, if there is one."""
        table = schema.lattice
        return (
            self._connection.execute(select(table).where(table.c.name == name)).mappings().first()
        )

    def touch(self, lattice_id: int, set_ids: Identifiers | None = None) -> None:
        """Raise the lattice's revision and draw a new state token.

        Args:
            set_ids: the training sets that are new or whose evaluations changed, where nothing
                else did but objects and measures that were added and facts about them; None
                after anything else. Whoever holds the state before reads only these sets.
        """
        table, recent = schema.lattice, schema.recent_write
        row = self.row(table, lattice_id)
        revision = row["revision"] + 1
        self.change(table, lattice_id, {"revision": revision, "state": new_state()})
        if set_ids is None or len(set_ids) > _MOST_FOLLOWED:
            oldest = revision + 1
        else:
            packed = np.unique(set_ids).astype("<i8").tobytes()
            values = {"lattice_id": lattice_id, "revision": revision, "set_ids": packed}
            self._connection.execute(insert(recent).values(state_before=row["state"], **values))
            oldest = self._oldest_followed(lattice_id)
        self._connection.execute(
            delete(recent).where(recent.c.lattice_id == lattice_id, recent.c.revision < oldest)
        )

    def _oldest_followed(self, lattice_id: int) -> int:
        """The oldest revision of those, newest first, that name few enough sets together."""
        recent = schema.recent_write.c
        found = self._connection.execute(
            select(recent.revision, func.length(recent.set_ids))
            .where(recent.lattice_id == lattice_id)
            .order_by(recent.revision.desc())
            .limit(_MOST_RECENT_WRITES)
        ).all()
        total = np.cumsum([row[1] // 8 for row in found])
        kept = int(np.searchsorted(total, _MOST_FOLLOWED, side="right"))
        return int(found[max(kept, 1) - 1][0])

    def has_results(self, lattice_id: int, digest: str) -> bool:
        """Whether a result set of this content is already there."""
        table = schema.result_set
        where = (table.c.lattice_id == lattice_id, table.c.digest == digest)
        return self._number(select(func.count()).select_from(table).where(*where)) > 0

    def members_of(self, set_id: int) -> bytes:
        """The members of one set."""
        table = schema.training_set
        query = select(table.c.members).where(table.c.id == set_id)
        return bytes(self._connection.execute(query).scalar_one())

    def measure_parts(self, measure_id: int) -> str:
        """How a measure is spelled, without its protocol."""
        measure, metric, column = schema.measure, schema.metric, schema.evaluation_set
        row = self._connection.execute(
            select(metric.c.name, column.c.name)
            .select_from(
                measure.join(metric, metric.c.id == measure.c.metric_id).join(
                    column, column.c.id == measure.c.evaluation_set_id
                )
            )
            .where(measure.c.id == measure_id)
        ).one()
        return f"{row[0]}/{row[1]}"

    def find_sets(self, lattice_id: int, words: Words) -> Identifiers:
        """Ids of the sets `words` (M, W), shape (M,); 0 where a set is not stored."""
        table = schema.training_set
        ids: dict[bytes, int] = {}
        wanted = members_of_words(words)
        for batch in in_batches(wanted, _PARAMETERS_AT_ONCE):
            rows = self._connection.execute(
                select(table.c.members, table.c.id).where(
                    table.c.lattice_id == lattice_id, table.c.members.in_(batch)
                )
            )
            ids.update((row[0], row[1]) for row in rows)
        return np.array([ids.get(members, 0) for members in wanted], dtype=np.int64)

    def add_sets(self, lattice_id: int, words: Words) -> Identifiers:
        """Insert new training sets (M, W) and give their ids, shape (M,)."""
        first = self.next_id(schema.training_set)
        ids = np.arange(first, first + len(words), dtype=np.int64)
        self.add_all(
            schema.training_set,
            {
                "id": ids.tolist(),
                "lattice_id": [lattice_id] * len(words),
                "members": members_of_words(words),
                "rank": ranks(words).tolist(),
            },
        )
        return ids

    def measure_ids(self, lattice_id: int) -> dict[tuple[int, int, int], int]:
        """Id of every measure by its (evaluation_set_id, metric_id, protocol_id)."""
        table, metrics = schema.measure, schema.metric
        rows = self._connection.execute(
            select(table.c.evaluation_set_id, table.c.metric_id, table.c.protocol_id, table.c.id)
            .select_from(table.join(metrics, metrics.c.id == table.c.metric_id))
            .where(metrics.c.lattice_id == lattice_id)
        )
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    def add_evaluations(self, columns: Mapping[str, Sequence[object]]) -> int:
        """Insert evaluations, given as columns; those whose key is taken are left out.

        Returns:
            How many were inserted.
        """
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(schema.evaluation).on_conflict_do_nothing()
        compiled = statement.compile(dialect=self._connection.dialect, column_keys=list(columns))
        order = compiled.positiontup or list(columns)
        rows = zip(*(columns[name] for name in order), strict=True)
        added = 0
        for batch in in_batches(rows, _ROWS_AT_ONCE):
            if compiled.positiontup:
                added += self._connection.exec_driver_sql(str(compiled), batch).rowcount
            else:
                dictionaries = [dict(zip(order, row, strict=True)) for row in batch]
                added += self._connection.execute(statement, dictionaries).rowcount
        return added

    def note_unscored(self, result_set: int, set_ids: Sequence[int]) -> None:
        """Note sets that a result set lists without a score, so far."""
        dialect = postgresql if self._connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(schema.unscored_set).on_conflict_do_nothing()
        for batch in in_batches(set_ids, _ROWS_AT_ONCE):
            rows = [{"training_set_id": each, "result_set_id": result_set} for each in batch]
            self._connection.execute(statement, rows)

    def forget_scored(self, result_set: int) -> None:
        """Take away the notes on sets that turned out to have a score in the result set."""
        table, scores = schema.unscored_set, schema.evaluation
        scored = select(scores.c.training_set_id).where(
            scores.c.training_set_id == table.c.training_set_id,
            scores.c.result_set_id == result_set,
        )
        self._connection.execute(
            delete(table).where(table.c.result_set_id == result_set, scored.exists())
        )

    def evaluations_of(
        self, set_ids: Sequence[int], *, result_set: int | None = None
    ) -> Iterator[Row]:
        """Evaluations of some sets: the valid ones, or all of one result set.

        Each row has training_set_id, measure_id, replicate, inner_replicate, result_set_id,
        score, file_number and place.
        """
        table = schema.evaluation
        names = (
            "training_set_id",
            "measure_id",
            "replicate",
            "inner_replicate",
            "result_set_id",
            "score",
            "file_number",
            "place",
        )
        of_whom = (
            table.c.superseded_by.is_(None)
            if result_set is None
            else table.c.result_set_id == result_set
        )
        query = select(*(table.c[name] for name in names)).where(of_whom)
        for batch in in_batches(set_ids, _PARAMETERS_AT_ONCE):
            found = self._connection.execute(query.where(table.c.training_set_id.in_(batch)))
            yield from found.mappings()

    def replicate_scores(self, result_set: int) -> Iterator[tuple[Identifiers, Scores]]:
        """A result set's scores cell by cell, each cell's in the order of its replicates.

        Yields:
            keys (C, 4): set, measure, replicate and inner replicate; scores (C,).
        """
        table = schema.evaluation
        keys = (
            table.c.training_set_id,
            table.c.measure_id,
            table.c.replicate,
            table.c.inner_replicate,
        )
        rows = self._connection.execute(
            select(*keys, table.c.score)
            .where(table.c.result_set_id == result_set)
            .order_by(*keys)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        for part in rows.partitions(_ROWS_AT_ONCE):
            columns = list(zip(*part, strict=True))
            yield (
                np.array(columns[:4], dtype=np.int64).T,
                np.array(columns[4], dtype=np.float64),
            )

    def supersede(self, keys: Sequence[tuple[int, int, int, int, int]], by: int) -> None:
        """Say of evaluations, named by their primary keys, that another result set's count."""
        table = schema.evaluation
        names = [column.name for column in table.primary_key]
        statement = (
            update(table)
            .where(*(table.c[name] == bindparam(f"of_{name}") for name in names))
            .values(superseded_by=by)
        )
        for batch in in_batches(keys, _ROWS_AT_ONCE):
            rows = [{f"of_{n}": v for n, v in zip(names, key, strict=True)} for key in batch]
            self._connection.execute(statement, rows)

    def file_names(self, result_set: int) -> dict[int, tuple[str, str]]:
        """Name of every numbered source file, and what places in it count."""
        table = schema.source_file
        rows = self._connection.execute(
            select(table.c.number, table.c.name, table.c.unit).where(
                table.c.result_set_id == result_set, table.c.number.is_not(None)
            )
        )
        return {row[0]: (row[1], row[2] or "line") for row in rows}

    def set_unit(self, result_set: int, number: int, unit: str) -> None:
        """Say what places in a source file count."""
        table = schema.source_file
        self._connection.execute(
            update(table)
            .where(table.c.result_set_id == result_set, table.c.number == number)
            .values(unit=unit)
        )

    def sets_in_batches(
        self, lattice_id: int, lowest: int, highest: int
    ) -> Iterator[tuple[Identifiers, list[bytes]]]:
        """Ids and members of the stored sets whose rank lies between two, some at a time."""
        table = schema.training_set
        rows = self._connection.execute(
            select(table.c.id, table.c.members)
            .where(table.c.lattice_id == lattice_id, table.c.rank.between(lowest, highest))
            .execution_options(yield_per=_SETS_AT_ONCE)
        )
        for part in rows.partitions(_SETS_AT_ONCE):
            yield np.array([row[0] for row in part], dtype=np.int64), [row[1] for row in part]


def new_state() -> str:
    """A random token that no earlier state of any lattice had."""
    return secrets.token_hex(16)
