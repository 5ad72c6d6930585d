"""Questions to one consistent view of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Connection, RowMapping, Select, Table, func, select

from lattice import schema
from lattice.errors import UnknownLattice, closest, did_you_mean
from lattice.model import (
    DataObject,
    Domain,
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
from lattice.stored import Catalog, StoredEvaluations, StoredSets, Tally
from lattice.subsets import (
    has_object,
    mask_of_members,
    positions_of_mask,
    word_count,
    words_of_members,
)

Row = RowMapping
"""One row of a table, by column name."""
AnyTable = Table
"""One of the tables of `lattice.schema`."""

_Item = TypeVar("_Item")


class Snapshot:
    """Questions to one consistent view of the database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """For the rest of this package: where further questions are asked."""
        return self._connection

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
        possible_cells = self._possible_cells(catalog, stored)
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

    def _possible_cells(self, catalog: Catalog, stored: int) -> int:
        """How many cells are defined: stored sets within each measure's domain."""
        limited = [each.domain for each in catalog.measures if each.domain is not None]
        count = stored * (len(catalog.measures) - len(limited))
        if not limited:
            return count
        words = self.training_sets(catalog).words
        position = {each.name: each.position for each in catalog.objects}
        for domain in limited:
            inside = np.ones(len(words), dtype=np.bool_)
            for name in domain.lower:
                inside &= has_object(words, position[name])
            for name in position.keys() - set(domain.upper or position):
                inside &= ~has_object(words, position[name])
            count += int(inside.sum())
        return count

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

    def lock_holder(self, name: str) -> str | None:
        """Who holds a lock, what for, and since when; None where nobody does."""
        table = schema.lock
        row = self._connection.execute(select(table).where(table.c.name == name)).first()
        return None if row is None else f"{row.holder} is {row.doing}, since {row.since}"

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
                    domain=_domain(row["domain"]),
                )
            )
        return tuple(ids), tuple(measures)

    def _rows_of(self, table: Table, lattice_id: int) -> Sequence[Row]:
        query = select(table).where(table.c.lattice_id == lattice_id).order_by(table.c.id)
        return self._connection.execute(query).mappings().all()


def _metric(row: Row) -> Metric:
    return Metric(row["name"], row["direction"], row["range_low"], row["range_high"], row["unit"])


def _domain(content: dict[str, list[str] | None] | None) -> Domain | None:
    if content is None:
        return None
    upper = content["upper"]
    return Domain(tuple(content["lower"] or ()), None if upper is None else tuple(upper))


def _evaluation_set(row: Row, objects: Sequence[DataObject]) -> EvaluationSet:
    members = row["members"]
    names = (
        None
        if members is None
        else tuple(objects[each].name for each in positions_of_mask(mask_of_members(members)))
    )
    return EvaluationSet(row["name"], row["label"], row["size"], names)


def in_batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """The items in lists of `size`, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
