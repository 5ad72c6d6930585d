"""What a check-up asks of a database: what its constraints cannot promise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Select, and_, case, exists, func, inspect, or_, select, text
from sqlalchemy.exc import DBAPIError

from lattice import schema
from lattice.storage.snapshot import Snapshot
from lattice.stored import Identifiers

_ROWS_AT_ONCE = 50_000
_MOST_LISTED = 5
_KEY = ("training_set_id", "measure_id", "replicate", "inner_replicate")
_SQLITE = "sqlite"
_evaluation = schema.evaluation.c


class StoredSet(NamedTuple):
    """A training set as it is stored."""

    id: int
    members: bytes
    rank: int


class Lock(NamedTuple):
    """Who says to be importing."""

    holder: str
    doing: str
    since: str


class Checks:
    """Asks one consistent view of the database; every answer is what is wrong."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._connection = snapshot.connection

    # -------------------------------------------------------- the whole database

    def damage(self) -> list[str]:
        """What the database itself finds broken in its file; servers look after theirs."""
        if self._connection.dialect.name != _SQLITE:
            return []
        try:
            lines = self._connection.execute(text("PRAGMA integrity_check(10)")).scalars().all()
        except DBAPIError as error:
            return [str(error.orig)]
        return [str(each) for each in lines if each != "ok"]

    def broken_references(self) -> dict[str, int]:
        """How many rows of which table refer to a row that is not there."""
        if self._connection.dialect.name != _SQLITE:
            return {}
        found: dict[str, int] = {}
        for row in self._connection.execute(text("PRAGMA foreign_key_check")):
            found[str(row[0])] = found.get(str(row[0]), 0) + 1
        return found

    def revisions(self) -> tuple[str, str]:
        """The schema's revision, and the one that it should have."""
        query = text("SELECT version_num FROM alembic_version")
        return str(self._connection.execute(query).scalar()), schema.REVISIONS[-1]

    def missing_parts(self) -> list[str]:
        """Tables, columns, indexes and views of the schema that are not there."""
        seen = inspect(self._connection)
        tables, views = set(seen.get_table_names()), set(seen.get_view_names())
        missing = [] if "directed_move" in views else ["the view directed_move"]
        for table in schema.metadata.sorted_tables:
            if table.name not in tables:
                missing.append(f"the table {table.name}")
                continue
            columns = {each["name"] for each in seen.get_columns(table.name)}
            indexes = {each["name"] for each in seen.get_indexes(table.name)}
            names = [each.name for each in table.columns if each.name not in columns]
            missing += [f"the column {table.name}.{name}" for name in names]
            wanted = {str(each.name) for each in table.indexes}
            missing += [f"the index {name}" for name in sorted(wanted - indexes)]
        return missing

    def locks(self) -> list[Lock]:
        """Who says to be importing; an import that runs takes its own row away."""
        table = schema.lock.c
        rows = self._connection.execute(select(table.holder, table.doing, table.since))
        return [Lock(*row) for row in rows]

    def lattices(self) -> list[tuple[int, str]]:
        """Id and name of every lattice, by name."""
        table = schema.lattice.c
        return [
            (row[0], row[1])
            for row in self._rows(select(table.id, table.name).order_by(table.name))
        ]

    # -------------------------------------------------------- one lattice

    def evaluation_sets(self, lattice_id: int) -> dict[str, bytes]:
        """The members of every evaluation set that has some."""
        table = schema.evaluation_set.c
        query = select(table.name, table.members)
        where = (table.lattice_id == lattice_id, table.members.is_not(None))
        return {row[0]: bytes(row[1]) for row in self._rows(query.where(*where))}

    def positions(self, lattice_id: int) -> list[int]:
        """The positions of the objects, ascending."""
        table = schema.data_object.c
        query = select(table.position).where(table.lattice_id == lattice_id)
        return list(self._connection.scalars(query.order_by(table.position)))

    def sets(self, lattice_id: int) -> Iterator[list[StoredSet]]:
        """Every training set, in the order of ids, some at a time."""
        table = schema.training_set.c
        rows = self._connection.execute(
            select(table.id, table.members, table.rank)
            .where(table.lattice_id == lattice_id)
            .order_by(table.id)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        for part in rows.partitions(_ROWS_AT_ONCE):
            yield [StoredSet(*row) for row in part]

    def moves(self, lowest: int, highest: int) -> Iterator[Identifiers]:
        """The moves up from sets of these ids, by id and object, some at a time.

        Yields:
            (M, 3): lower set, object, upper set; of any lattice.
        """
        table = schema.move.c
        rows = self._connection.execute(
            select(table.lower_id, table.object_id, table.upper_id)
            .where(table.lower_id.between(lowest, highest))
            .order_by(table.lower_id, table.object_id)
            .execution_options(yield_per=_ROWS_AT_ONCE)
        )
        for part in rows.partitions(_ROWS_AT_ONCE):
            yield np.array(list(zip(*part, strict=True)), dtype=np.int64).T

    def sets_of_no_result_set(self, lattice_id: int) -> tuple[int, list[bytes]]:
        """How many sets no result set has, scored or not, and the members of the first."""
        table, unscored = schema.training_set.c, schema.unscored_set.c.training_set_id
        used = (
            exists().where(each == table.id) for each in (_evaluation.training_set_id, unscored)
        )
        where = and_(table.lattice_id == lattice_id, *(~each for each in used))
        first = select(table.members).where(where).order_by(table.id).limit(_MOST_LISTED)
        listed = [bytes(each) for each in self._connection.scalars(first)]
        count = select(func.count()).select_from(schema.training_set).where(where)
        return int(self._connection.execute(count).scalar_one()) if listed else 0, listed

    def evaluated_measures(self) -> set[int]:
        """Every measure that has an evaluation."""
        return set(self._connection.scalars(select(_evaluation.measure_id).distinct()))

    def lost_supersessions(self, lattice_id: int) -> int:
        """How many evaluations give way to one that is not there under the same key."""
        other = schema.evaluation.alias()
        there = exists().where(
            *(other.c[name] == _evaluation[name] for name in _KEY),
            other.c.result_set_id == _evaluation.superseded_by,
        )
        query = (
            select(func.count())
            .select_from(schema.evaluation)
            .where(self._of(lattice_id), _evaluation.superseded_by.is_not(None), ~there)
        )
        return int(self._connection.execute(query).scalar_one())

    def unsettled_keys(self, lattice_id: int) -> tuple[int, int]:
        """Under how many keys no evaluation counts, and under how many differing ones do."""
        counting = case((_evaluation.superseded_by.is_(None), _evaluation.score))
        keys = (
            select(
                func.count(counting).label("counting"),
                func.min(counting).label("lowest"),
                func.max(counting).label("highest"),
            )
            .where(self._of(lattice_id))
            .group_by(*(_evaluation[name] for name in _KEY))
            .having(or_(func.count(counting) == 0, func.min(counting) != func.max(counting)))
            .subquery()
        )
        none = func.coalesce(func.sum(case((keys.c.counting == 0, 1), else_=0)), 0)
        row = self._connection.execute(select(none, func.count()).select_from(keys)).one()
        return int(row[0]), int(row[1]) - int(row[0])

    def files_misnumbered(self, lattice_id: int) -> list[str]:
        """Result sets whose source files are not numbered 0, 1, ...; all or none are."""
        files, results = schema.source_file.c, schema.result_set
        rows = self._connection.execute(
            select(results.c.name, files.result_set_id, files.number)
            .select_from(results.join(schema.source_file))
            .where(results.c.lattice_id == lattice_id)
            .order_by(files.result_set_id, files.number)
        ).all()
        numbers: dict[int, list[int | None]] = {}
        for row in rows:
            numbers.setdefault(row[1], []).append(row[2])
        names = {row[1]: str(row[0]) for row in rows}
        return [
            names[each]
            for each, found in numbers.items()
            if any(number is not None for number in found) and found != list(range(len(found)))
        ]

    def evaluations_of_no_file(self, lattice_id: int) -> int:
        """How many evaluations come from a file number that their result set does not have."""
        files = schema.source_file.c
        pairs = (
            select(_evaluation.result_set_id, _evaluation.file_number)
            .where(self._of(lattice_id), _evaluation.file_number.is_not(None))
            .distinct()
            .subquery()
        )
        known = exists().where(
            files.result_set_id == pairs.c.result_set_id, files.number == pairs.c.file_number
        )
        lost: list[Any] = list(self._connection.execute(select(pairs).where(~known)))
        count = 0
        for result_set, number in lost:
            query = (
                select(func.count())
                .select_from(schema.evaluation)
                .where(_evaluation.result_set_id == result_set, _evaluation.file_number == number)
            )
            count += int(self._connection.execute(query).scalar_one())
        return count

    def _rows(self, query: Select[Any]) -> Iterator[Any]:
        yield from self._connection.execute(query)

    def _of(self, lattice_id: int) -> Any:
        results = schema.result_set.c
        own = select(results.id).where(results.lattice_id == lattice_id)
        return _evaluation.result_set_id.in_(own)
