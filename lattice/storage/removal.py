"""Takes rows away: a result set's own, and what nothing uses when they are gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    Column,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    null,
    select,
    text,
    update,
)

from lattice import schema
from lattice.storage.snapshot import in_batches
from lattice.storage.writer import Writer
from lattice.stored import Identifiers
from lattice.subsets import Words, members_of_words, pack, unpack, word_count, words_of_members

_ROWS_AT_ONCE = 50_000
_BITS_AT_ONCE = 64_000_000
_IDS_AT_ONCE = 500
_FEW_ROWS = 8
_KEY = ("training_set_id", "measure_id", "replicate", "inner_replicate")

_evaluation = schema.evaluation.c


class Usage(NamedTuple):
    """A result set has evaluations under a measure that are superseded by another, or by 0."""

    result_set: int
    measure: int
    superseded_by: int


class Contested(NamedTuple):
    """Evaluations of several result sets under the same keys, by key and then result set.

    `key` (C, 4) is set, measure, replicate and inner replicate; the others have shape (C,);
    `superseded_by` is 0 where an evaluation counts.
    """

    key: Identifiers
    result_set: Identifiers
    score: NDArray[np.float64]
    superseded_by: Identifiers


class Removal:
    """Takes rows of one lattice away, in a writer's transaction."""

    def __init__(self, writer: Writer, lattice_id: int) -> None:
        self._connection = writer.connection
        self._lattice_id = lattice_id

    # -------------------------------------------------------- evaluations

    def usage(self) -> list[Usage]:
        """Which result set has evaluations under which measure, superseded by which one."""
        results = schema.result_set.c
        own = select(results.id).where(results.lattice_id == self._lattice_id)
        by = func.coalesce(_evaluation.superseded_by, 0)
        rows = self._connection.execute(
            select(_evaluation.result_set_id, _evaluation.measure_id, by)
            .where(_evaluation.result_set_id.in_(own))
            .distinct()
        )
        return [Usage(*row) for row in rows]

    def remove_evaluations(self, result_set: int) -> int:
        """Delete all evaluations of a result set; how many there were."""
        where = _evaluation.result_set_id == result_set
        return self._connection.execute(delete(schema.evaluation).where(where)).rowcount

    def revive_alone(self, result_set: int) -> int:
        """Let what it superseded count again where nothing else is left under the key; how many.

        The evaluations of the result set itself are gone by then.
        """
        other = schema.evaluation.alias()
        not_alone = exists().where(
            *(other.c[name] == _evaluation[name] for name in _KEY),
            other.c.result_set_id != _evaluation.result_set_id,
        )
        return self._connection.execute(
            update(schema.evaluation)
            .where(_evaluation.superseded_by == result_set, ~not_alone)
            .values(superseded_by=None)
        ).rowcount

    def contested(self, result_set: int) -> Contested:
        """All evaluations under the keys where one is superseded by this result set."""
        orphan = schema.evaluation.alias()
        keys = (
            select(*(orphan.c[name] for name in _KEY))
            .where(orphan.c.superseded_by == result_set)
            .distinct()
            .subquery()
        )
        same = and_(*(keys.c[name] == _evaluation[name] for name in _KEY))
        names = (*_KEY, "result_set_id", "score")
        columns = [_evaluation[name] for name in names]
        rows = self._connection.execute(
            select(*columns, func.coalesce(_evaluation.superseded_by, 0))
            .select_from(keys.join(schema.evaluation, same))
            .order_by(*columns[:5])
        )
        parts = [
            [()] * 7,
            *(list(zip(*part, strict=True)) for part in rows.partitions(_ROWS_AT_ONCE)),
        ]
        key, result, score, by = (
            [np.array([part[index] for index in indices]) for part in parts]
            for indices in ((0, 1, 2, 3), (4,), (5,), (6,))
        )
        return Contested(
            np.concatenate(key, axis=1).T.astype(np.int64),
            np.concatenate(result, axis=1)[0].astype(np.int64),
            np.concatenate(score, axis=1)[0].astype(np.float64),
            np.concatenate(by, axis=1)[0].astype(np.int64),
        )

    def settle(self, rows: Contested) -> None:
        """Store of evaluations which result set's count instead."""
        names = (*_KEY, "result_set_id")
        statement = (
            update(schema.evaluation)
            .where(*(_evaluation[name] == bindparam(f"of_{name}") for name in names))
            .values(superseded_by=bindparam("by"))
        )
        whole = np.column_stack([rows.key, rows.result_set, rows.superseded_by])
        for start in range(0, len(whole), _ROWS_AT_ONCE):
            self._connection.execute(
                statement,
                [
                    {f"of_{name}": value for name, value in zip(names, row, strict=False)}
                    | {"by": row[-1] or None}
                    for row in whole[start : start + _ROWS_AT_ONCE].tolist()
                ],
            )

    def remove_result_set(self, result_set: int) -> None:
        """Delete a result set without evaluations, its source files and its sets without scores."""
        for table in (schema.source_file, schema.unscored_set):
            self._connection.execute(delete(table).where(table.c.result_set_id == result_set))
        self._delete(schema.result_set, [result_set])

    # -------------------------------------------------------- sets and measures

    def remove_sets(self, n: int) -> tuple[int, int, Words]:
        """Delete sets that no result set has, and their moves.

        Returns:
            How many sets and moves there were, and the objects that the sets held (1, W).
        """
        sets, moves = schema.training_set, schema.move
        unused = self._unused_sets()
        held, count = _union(self._connection.execute(select(sets.c.members).where(unused)), n)
        if count == 0:
            return 0, 0, held
        ids = select(sets.c.id).where(unused)
        removed = 0
        for end in (moves.c.lower_id, moves.c.upper_id):
            removed += self._connection.execute(delete(moves).where(end.in_(ids))).rowcount
        self._connection.execute(delete(sets).where(unused))
        return count, removed, held

    def _unused_sets(self) -> Any:
        sets = schema.training_set
        listed = schema.unscored_set.c.training_set_id
        used = (exists().where(each == sets.c.id) for each in (_evaluation.training_set_id, listed))
        return and_(sets.c.lattice_id == self._lattice_id, *(~each for each in used))

    def held(self, n: int) -> Words:
        """The objects that any set of the lattice holds, (1, W)."""
        sets = schema.training_set.c
        rows = self._connection.execute(
            select(sets.members).where(sets.lattice_id == self._lattice_id)
        )
        return _union(rows, n)[0]

    def remove_measures(self, measures: Sequence[int]) -> None:
        """Delete measures, and evaluation sets, metrics and protocols that no measure needs."""
        with self._found_by(len(measures), (_evaluation.measure_id,)):
            self._delete(schema.measure, measures)
        for table, reference in (
            (schema.evaluation_set, schema.measure.c.evaluation_set_id),
            (schema.metric, schema.measure.c.metric_id),
            (schema.protocol, schema.measure.c.protocol_id),
        ):
            unused = ~exists().where(reference == table.c.id)
            self._connection.execute(
                delete(table).where(table.c.lattice_id == self._lattice_id, unused)
            )

    def forget_domain(self, measure: int) -> None:
        """Say that a measure is defined for all sets."""
        table = schema.measure
        self._connection.execute(update(table).where(table.c.id == measure).values(domain=null()))

    # -------------------------------------------------------- objects

    def remove_objects(self, objects: Sequence[int]) -> None:
        """Delete objects that no set holds and no object that stays is a variant of."""
        table = schema.data_object
        for batch in in_batches(objects, _IDS_AT_ONCE):
            self._connection.execute(
                update(table).where(table.c.id.in_(batch)).values(variant_of=None)
            )
        columns = (schema.move.c.object_id, schema.data_object.c.variant_of)
        with self._found_by(len(objects), columns):
            self._delete(schema.data_object, objects)

    def close_gaps(self, n: int) -> None:
        """Renumber positions 0, 1, ... after objects were removed from a lattice that had n."""
        objects = schema.data_object
        rows = self._connection.execute(
            select(objects.c.id, objects.c.position)
            .where(objects.c.lattice_id == self._lattice_id)
            .order_by(objects.c.position)
        ).all()
        kept = np.array([row[1] for row in rows], dtype=np.int64)
        moved = np.flatnonzero(kept != np.arange(len(kept)))
        if len(moved) == 0:
            return
        first = int(moved[0])
        self._change_members(schema.evaluation_set, first, kept, n)
        self._change_members(schema.training_set, first, kept, n)
        self._strip_marks(first)
        statement = (
            update(objects)
            .where(objects.c.id == bindparam("of_id"))
            .values(position=bindparam("new_position"))
        )
        changes = [{"of_id": rows[each][0], "new_position": each} for each in moved.tolist()]
        self._connection.execute(statement, changes)

    def _change_members(self, table: Table, first: int, kept: Identifiers, n: int) -> None:
        """Rewrite members for the kept positions.

        Those of training sets are unique and get a trailing zero byte, which no set has, so that
        none is ever equal to one that is still to be rewritten.
        """
        mark = b"\0" if table is schema.training_set else b""
        where = self._reaching(table, first)
        ids = list(self._connection.scalars(select(table.c.id).where(where).order_by(table.c.id)))
        statement = (
            update(table)
            .where(table.c.id == bindparam("of_id"))
            .values(members=bindparam("new_members"))
        )
        for batch in in_batches(ids, max(1, min(_ROWS_AT_ONCE, _BITS_AT_ONCE // n))):
            rows = self._connection.execute(
                select(table.c.id, table.c.members)
                .where(where, table.c.id.between(batch[0], batch[-1]))
                .order_by(table.c.id)
            ).all()
            words = words_of_members([row[1] for row in rows], word_count(n))
            members = members_of_words(pack(unpack(words, n)[:, kept]))
            self._connection.execute(
                statement,
                [
                    {"of_id": row[0], "new_members": each + mark}
                    for row, each in zip(rows, members, strict=True)
                ],
            )

    def _strip_marks(self, first: int) -> None:
        table = schema.training_set
        stripped = func.substr(table.c.members, 1, func.length(table.c.members) - 1)
        self._connection.execute(
            update(table).where(self._reaching(table, first)).values(members=stripped)
        )

    def _reaching(self, table: Table, position: int) -> Any:
        """Members that may hold an object at the position or behind it, before and after."""
        long = func.length(table.c.members) > position // 8
        return and_(table.c.lattice_id == self._lattice_id, long)

    # -------------------------------------------------------- the lattice

    def remove_lattice(self) -> None:
        """Delete the row of a lattice of which nothing is left."""
        table = schema.recent_write
        self._connection.execute(delete(table).where(table.c.lattice_id == self._lattice_id))
        self._delete(schema.lattice, [self._lattice_id])

    # -------------------------------------------------------- inside

    def _delete(self, table: Table, ids: Iterable[int]) -> None:
        for batch in in_batches(ids, _IDS_AT_ONCE):
            self._connection.execute(delete(table).where(table.c.id.in_(batch)))

    @contextmanager
    def _found_by(self, rows: int, columns: Sequence[Column[Any]]) -> Iterator[None]:
        """Index columns that refer to rows that are deleted, where these are more than a few.

        For each deleted row the database looks for what refers to it.
        """
        with ExitStack() as afterwards:
            for column in columns if rows > _FEW_ROWS else ():
                name = f"ix_removal_{column.name}"
                make = text(f"CREATE INDEX {name} ON {column.table} ({column.name})")
                self._connection.execute(make)
                afterwards.callback(self._connection.execute, text(f"DROP INDEX {name}"))
            yield


def _union(rows: Any, n: int) -> tuple[Words, int]:
    """The union of sets given as rows of members, (1, W), and how many there are."""
    union, count = np.zeros((1, word_count(n)), dtype=np.uint64), 0
    at_once = max(1, min(_ROWS_AT_ONCE, _BITS_AT_ONCE // max(n, 1)))
    for part in rows.partitions(at_once):
        words = words_of_members([row[0] for row in part], word_count(n))
        union |= np.bitwise_or.reduce(words, axis=0, keepdims=True)
        count += len(words)
    return union, count
