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
    ResultSet,
    SourceFile,
)
from lattice.notation import measure_name
from lattice.storage import columns
from lattice.stored import Catalog, Identifiers, Labels, StoredEvaluations, StoredSets, Tally
from lattice.subsets import (
    Words,
    has_object,
    mask_of_members,
    mask_of_positions,
    positions_of_mask,
    within,
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
        sets, results = schema.training_set, schema.result_set
        stored = self._number(
            select(func.count()).select_from(sets).where(sets.c.lattice_id == catalog.id)
        )
        last, batches = self._connection.execute(
            select(func.max(results.c.imported_at), func.count()).where(
                results.c.lattice_id == catalog.id
            )
        ).one()
        cells = sum(each.cells for each in tallies)
        possible_cells = self._possible_cells(catalog, stored)
        return LatticeSummary(
            name=catalog.name,
            title=catalog.title,
            description=catalog.description,
            objects=len(catalog.objects),
            training_sets=stored,
            moves=self._moves(catalog, stored),
            measures=len(catalog.measures),
            cells=cells,
            evaluations=sum(each.evaluations for each in tallies),
            result_sets=batches,
            completeness=self._completeness(catalog, stored),
            coverage=cells / possible_cells if possible_cells else 0.0,
            last_import=last,
            revision=catalog.revision,
            state=catalog.state,
        )

    def _moves(self, catalog: Catalog, stored: int) -> int:
        """How many moves there are between `stored` sets; told without the moves where it can be.

        Looking up whose object each of ten million moves adds takes a second.
        """
        n = len(catalog.objects)
        if stored == 1 << n:
            return n * stored // 2
        moves, objects = schema.move, schema.data_object
        if len(self.lattice_names()) == 1:
            return self._number(select(func.count()).select_from(moves))
        return self._number(
            select(func.count())
            .select_from(moves.join(objects, objects.c.id == moves.c.object_id))
            .where(objects.c.lattice_id == catalog.id)
        )

    def _completeness(self, catalog: Catalog, stored: int) -> float:
        """The share of all sets of base objects that is stored: sets with variants do not count."""
        base = [each.position for each in catalog.objects if each.variant_of is None]
        if len(base) < len(catalog.objects):
            words = self.training_sets(catalog).words
            stored = int(within(words, mask_of_positions(base)).sum())
        return stored / (1 << len(base))

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

    def training_sets(self, catalog: Catalog, ids: Identifiers | None = None) -> StoredSets:
        """Training sets of the lattice, in the order of their ids: all, or those of some ids."""
        if ids is None:
            return columns.all_sets(self._connection, catalog)
        return columns.sets_with_ids(self._connection, catalog, ids)

    def sets_among(self, catalog: Catalog, words: Words) -> StoredSets:
        """Those of the sets `words` (M, W) that are stored, in the order of their ids."""
        return columns.sets_among(self._connection, catalog, words)

    def evaluations(self, catalog: Catalog, ids: Identifiers | None = None) -> StoredEvaluations:
        """Valid evaluations of the lattice: all, or those of the training sets of some ids."""
        if ids is None:
            return columns.all_evaluations(self._connection, catalog)
        return columns.evaluations_of(self._connection, catalog, ids)

    def replicate_labels(self, catalog: Catalog, ids: Identifiers) -> Labels:
        """What sources call the replicates of these training sets, where they name them."""
        return columns.labels_of(self._connection, catalog, ids)

    def count_sets(self, lattice_id: int, most: int | None = None) -> int:
        """How many training sets the lattice holds; counting ends at `most`."""
        table = schema.training_set
        some = select(table.c.id).where(table.c.lattice_id == lattice_id).limit(most).subquery()
        return self._number(select(func.count()).select_from(some))

    def sets_touched_since(self, catalog: Catalog, revision: int, state: str) -> Identifiers | None:
        """Ids of the sets that are all that differs from an earlier state, as `touch` noted them.

        None where more than that differs, or too much was written since to be noted.
        """
        table = schema.recent_write.c
        found = self._connection.execute(
            select(table.revision, table.state_before, table.set_ids)
            .where(table.lattice_id == catalog.id, table.revision > revision)
            .order_by(table.revision)
        ).all()
        followed = [row[0] for row in found] == list(range(revision + 1, catalog.revision + 1))
        if not found or not followed or found[0][1] != state:
            return None
        return np.unique(np.concatenate([np.frombuffer(row[2], dtype="<i8") for row in found]))

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
