"""The only module that executes SQL; it returns model objects and arrays.

Reading happens in a `Snapshot`, one consistent view of the database. Writing happens in a
`Writer`, one transaction that is kept whole or not at all; whoever adds sets through it adds
their moves before the transaction ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, RowMapping, Select, Table, func, insert, select, update

from lattice import schema
from lattice.database import Database
from lattice.errors import UnknownLattice, closest, did_you_mean
from lattice.model import (
    DataObject,
    EvaluationSet,
    LatticeSummary,
    Measure,
    Metric,
    Protocol,
    ReplicateKind,
    ResultSet,
    SourceFile,
)
from lattice.notation import measure_name
from lattice.stored import Catalog, Identifiers, StoredEvaluations, StoredSets, Tally
from lattice.subsets import (
    Words,
    mask_of_members,
    members_of_words,
    positions_of_mask,
    ranks,
    word_count,
    words_of_members,
)

Row = RowMapping
"""One row of a table, by column name."""
AnyTable = Table
"""One of the tables of `lattice.schema`."""

_Item = TypeVar("_Item")
_ROWS_AT_ONCE = 50_000
_PARAMETERS_AT_ONCE = 500


class Storage:
    """A lattice database as the rest of the library sees it. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def place(self) -> str:
        """Where the database is, for people."""
        return self._database.place

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """A consistent view for the length of the block."""
        with self._database.reading() as connection:
            yield Snapshot(connection)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A transaction that holds the write lock; an exception inside undoes all of it."""
        with self._database.writing() as connection:
            yield Writer(connection)

    def close(self) -> None:
        """Release every connection."""
        self._database.close()


class Snapshot:
    """Questions to one consistent view of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lattice_names(self) -> list[str]:
        """All lattices, by name."""
        names = schema.lattice.c.name
        return list(self._connection.scalars(select(names).order_by(names)))

    def state(self, name: str) -> str:
        """The token of the lattice's last write.

        Raises:
            UnknownLattice: there is no lattice of this name.
        """
        return str(self._lattice(name)["state"])

    def catalog(self, name: str) -> Catalog:
        """The lattice's objects and measures.

        Raises:
            UnknownLattice: there is no lattice of this name.
        """
        row = self._lattice(name)
        object_ids, objects = self._objects(row["id"])
        measure_ids, measures = self._measures(row["id"], objects)
        return Catalog(
            id=row["id"],
            name=row["name"],
            title=row["title"],
            description=row["description"],
            revision=row["revision"],
            state=row["state"],
            objects=objects,
            object_ids=object_ids,
            measures=measures,
            measure_ids=measure_ids,
        )

    def tallies(self, catalog: Catalog) -> tuple[Tally, ...]:
        """Evaluations and cells under each of the catalog's measures."""
        table = schema.evaluation
        rows = self._connection.execute(
            select(
                table.c.measure_id,
                func.count(),
                func.count(table.c.training_set_id.distinct()),
            )
            .where(table.c.measure_id.in_(catalog.measure_ids), table.c.superseded_by.is_(None))
            .group_by(table.c.measure_id)
        )
        found = {row[0]: Tally(row[1], row[2]) for row in rows}
        return tuple(found.get(each, Tally(0, 0)) for each in catalog.measure_ids)

    def summary(self, catalog: Catalog, tallies: Sequence[Tally]) -> LatticeSummary:
        """What the lattice holds and how complete it is."""
        sets, moves, results = schema.training_set, schema.move, schema.result_set
        objects = schema.data_object
        stored = self._number(
            select(func.count()).select_from(sets).where(sets.c.lattice_id == catalog.id)
        )
        move_count = self._number(
            select(func.count())
            .select_from(moves.join(objects, objects.c.id == moves.c.object_id))
            .where(objects.c.lattice_id == catalog.id)
        )
        last, batches = self._connection.execute(
            select(func.max(results.c.imported_at), func.count()).where(
                results.c.lattice_id == catalog.id
            )
        ).one()
        base = sum(each.variant_of is None for each in catalog.objects)
        cells = sum(each.cells for each in tallies)
        possible_cells = stored * len(catalog.measures)
        return LatticeSummary(
            name=catalog.name,
            title=catalog.title,
            description=catalog.description,
            objects=len(catalog.objects),
            training_sets=stored,
            moves=move_count,
            measures=len(catalog.measures),
            cells=cells,
            evaluations=sum(each.evaluations for each in tallies),
            result_sets=batches,
            completeness=stored / (1 << base),
            coverage=cells / possible_cells if possible_cells else 0.0,
            last_import=last,
            revision=catalog.revision,
            state=catalog.state,
        )

    def result_sets(self, catalog: Catalog) -> tuple[ResultSet, ...]:
        """Every imported batch, oldest first."""
        results, files, rows = schema.result_set, schema.source_file, schema.evaluation
        stored = self._connection.execute(
            select(results).where(results.c.lattice_id == catalog.id).order_by(results.c.id)
        ).mappings()
        answer = []
        for each in stored.all():
            sources = self._connection.execute(
                select(files.c.name, files.c.sha256)
                .where(files.c.result_set_id == each["id"])
                .order_by(files.c.name)
            )
            count = self._number(
                select(func.count()).select_from(rows).where(rows.c.result_set_id == each["id"])
            )
            names = [
                "id",
                "name",
                "title",
                "description",
                "source",
                "licence",
                "design",
                "replicate_kind",
                "imported_at",
            ]
            answer.append(
                ResultSet(
                    **{name: each[name] for name in names},
                    evaluations=count,
                    files=tuple(SourceFile(*source) for source in sources),
                )
            )
        return tuple(answer)

    def training_sets(self, catalog: Catalog) -> StoredSets:
        """All training sets of the lattice, in the order of their ids."""
        table = schema.training_set
        rows = self._connection.execute(
            select(table.c.id, table.c.members)
            .where(table.c.lattice_id == catalog.id)
            .order_by(table.c.id)
        ).all()
        ids = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
        words = words_of_members([row[1] for row in rows], word_count(len(catalog.objects)))
        return StoredSets(ids, words)

    def evaluations(self, catalog: Catalog) -> StoredEvaluations:
        """All valid evaluations of the lattice."""
        table, results = schema.evaluation, schema.result_set
        scope_of: dict[int, int] = {}
        kinds: list[ReplicateKind] = []
        seen: dict[object, int] = {}
        for each in self._connection.execute(
            select(results.c.id, results.c.blocks, results.c.replicate_kind)
            .where(results.c.lattice_id == catalog.id)
            .order_by(results.c.id)
        ):
            identity = (each.blocks, each.replicate_kind) if each.blocks else each.id
            if identity not in seen:
                seen[identity] = len(kinds)
                kinds.append(each.replicate_kind)
            scope_of[each.id] = seen[identity]
        rows = self._connection.execute(
            select(
                table.c.training_set_id,
                table.c.measure_id,
                table.c.replicate,
                table.c.inner_replicate,
                table.c.result_set_id,
                table.c.score,
                table.c.origin == "declared",
            ).where(table.c.measure_id.in_(catalog.measure_ids), table.c.superseded_by.is_(None))
        ).all()
        columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * 7
        place = {identifier: index for index, identifier in enumerate(catalog.measure_ids)}
        return StoredEvaluations(
            training_set_id=np.array(columns[0], dtype=np.int64),
            measure=np.array([place[each] for each in columns[1]], dtype=np.int64),
            replicate=np.array(columns[2], dtype=np.int64),
            inner_replicate=np.array(columns[3], dtype=np.int64),
            scope=np.array([scope_of[each] for each in columns[4]], dtype=np.int64),
            score=np.array(columns[5], dtype=np.float64),
            declared=np.array(columns[6], dtype=np.bool_),
            scopes=tuple(kinds),
        )

    # -------------------------------------------------------- inside

    def _number(self, query: Select[Any]) -> int:
        return int(self._connection.execute(query).scalar_one())

    def _lattice(self, name: str) -> Row:
        table = schema.lattice
        row = self._connection.execute(select(table).where(table.c.name == name)).mappings().first()
        if row is None:
            names = self.lattice_names()
            near = closest(name, names)
            shown = ", ".join(names) if names else "none yet"
            raise UnknownLattice(
                f"There is no lattice {name!r} in this database.",
                hint=did_you_mean(near) or f"Its lattices: {shown}.",
                suggestions=near,
            )
        return row

    def _objects(self, lattice_id: int) -> tuple[tuple[int, ...], tuple[DataObject, ...]]:
        table = schema.data_object
        rows = self._connection.execute(
            select(table).where(table.c.lattice_id == lattice_id).order_by(table.c.position)
        ).mappings()
        stored = rows.all()
        name_of = {row["id"]: row["name"] for row in stored}
        plain = ["name", "position", "label", "size", "cost", "owner", "fingerprint"]
        objects = tuple(
            DataObject(
                **{name: row[name] for name in plain}, variant_of=name_of.get(row["variant_of"])
            )
            for row in stored
        )
        return tuple(row["id"] for row in stored), objects

    def _measures(
        self, lattice_id: int, objects: Sequence[DataObject]
    ) -> tuple[tuple[int, ...], tuple[Measure, ...]]:
        columns, metrics, protocols = (
            {row["id"]: row for row in self._rows_of(table, lattice_id)}
            for table in (schema.evaluation_set, schema.metric, schema.protocol)
        )
        table = schema.measure
        rows = self._connection.execute(
            select(table).where(table.c.metric_id.in_(list(metrics))).order_by(table.c.id)
        ).mappings()
        ids, measures = [], []
        for row in rows:
            protocol = protocols[row["protocol_id"]]
            column, metric = columns[row["evaluation_set_id"]], metrics[row["metric_id"]]
            shown = protocol["name"] if len(protocols) > 1 else None
            ids.append(row["id"])
            measures.append(
                Measure(
                    name=measure_name(metric["name"], column["name"], shown),
                    metric=_metric(metric),
                    evaluation_set=_evaluation_set(column, objects),
                    protocol=Protocol(protocol["name"], protocol["digest"], protocol["definition"]),
                )
            )
        return tuple(ids), tuple(measures)

    def _rows_of(self, table: Table, lattice_id: int) -> Sequence[Row]:
        query = select(table).where(table.c.lattice_id == lattice_id).order_by(table.c.id)
        return self._connection.execute(query).mappings().all()


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
        for batch in _batches(rows, _ROWS_AT_ONCE):
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

    def named(self, table: Table, lattice_id: int) -> dict[str, Row]:
        """All rows of a table that belong to the lattice, by their names."""
        return {row["name"]: row for row in self._rows_of(table, lattice_id)}

    def next_id(self, table: Table) -> int:
        """The id that the next row gets; the write lock keeps it free."""
        return self._number(select(func.coalesce(func.max(table.c.id), 0))) + 1

    def find_lattice(self, name: str) -> Row | None:
        """The lattice's row, if there is one."""
        table = schema.lattice
        return (
            self._connection.execute(select(table).where(table.c.name == name)).mappings().first()
        )

    def touch(self, lattice_id: int) -> None:
        """Raise the lattice's revision and draw a new state token."""
        table = schema.lattice
        self._connection.execute(
            update(table)
            .where(table.c.id == lattice_id)
            .values(revision=table.c.revision + 1, state=new_state())
        )

    def has_results(self, lattice_id: int, digest: str) -> bool:
        """Whether a result set of this content is already there."""
        table = schema.result_set
        where = (table.c.lattice_id == lattice_id, table.c.digest == digest)
        return self._number(select(func.count()).select_from(table).where(*where)) > 0

    def count_sets(self, lattice_id: int) -> int:
        """How many training sets the lattice holds."""
        table = schema.training_set
        return self._number(
            select(func.count()).select_from(table).where(table.c.lattice_id == lattice_id)
        )

    def find_sets(self, lattice_id: int, words: Words) -> Identifiers:
        """Ids of the sets `words` (M, W), shape (M,); 0 where a set is not stored."""
        table = schema.training_set
        ids: dict[bytes, int] = {}
        wanted = members_of_words(words)
        for batch in _batches(wanted, _PARAMETERS_AT_ONCE):
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

    def scores_of(
        self, set_ids: Sequence[int], measure_ids: Sequence[int]
    ) -> Iterator[tuple[int, int, int, int, float]]:
        """Valid evaluations of the sets under the measures.

        Yields:
            (training_set_id, measure_id, replicate, inner_replicate, score).
        """
        table = schema.evaluation
        for batch in _batches(set_ids, _PARAMETERS_AT_ONCE):
            rows = self._connection.execute(
                select(
                    table.c.training_set_id,
                    table.c.measure_id,
                    table.c.replicate,
                    table.c.inner_replicate,
                    table.c.score,
                ).where(
                    table.c.training_set_id.in_(batch),
                    table.c.measure_id.in_(measure_ids),
                    table.c.superseded_by.is_(None),
                )
            )
            yield from ((row[0], row[1], row[2], row[3], row[4]) for row in rows)


def new_state() -> str:
    """A random token that no earlier state of any lattice had."""
    return secrets.token_hex(16)


def _metric(row: Row) -> Metric:
    return Metric(row["name"], row["direction"], row["range_low"], row["range_high"], row["unit"])


def _evaluation_set(row: Row, objects: Sequence[DataObject]) -> EvaluationSet:
    members = row["members"]
    names = (
        None
        if members is None
        else tuple(objects[each].name for each in positions_of_mask(mask_of_members(members)))
    )
    return EvaluationSet(row["name"], row["label"], row["size"], names)


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
