"""A whole lattice out of the database, by names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Row, and_, func, or_, select

from lattice import schema
from lattice.portable import (
    VERSION,
    Block,
    Domain,
    Header,
    Portable,
    PortableEvaluationSet,
    PortableFile,
    PortableLattice,
    PortableMeasure,
    PortableMetric,
    PortableObject,
    PortableProtocol,
    PortableResultSet,
)
from lattice.storage.snapshot import AnyTable, Snapshot, in_batches
from lattice.stored import Identifiers
from lattice.subsets import mask_of_members, positions_of_mask, word_count, words_of_members

_EVALUATIONS_AT_ONCE = 100_000
_SETS_AT_ONCE = 500
_NO_LABEL = -1


def read_portable(snapshot: Snapshot, name: str, set_ids: Identifiers | None = None) -> Portable:
    """A lattice as it is stored; its blocks may be read while the snapshot lasts.

    Args:
        set_ids: the order in which its training sets are given; left out, that of their ids.

    Raises:
        UnknownLattice: there is no lattice of this name.
    """
    reader = _Reader(snapshot, snapshot.catalog(name).id)
    header = reader.header()
    ids = reader.set_ids() if set_ids is None else set_ids
    return Portable(name, header, reader.blocks(header, ids))


def read_header(snapshot: Snapshot, name: str) -> Header:
    """Everything that a lattice names.

    Raises:
        UnknownLattice: there is no lattice of this name.
    """
    return _Reader(snapshot, snapshot.catalog(name).id).header()


class _Reader:
    """Reads one lattice and remembers which index every id has in the header."""

    def __init__(self, snapshot: Snapshot, lattice_id: int) -> None:
        self._connection = snapshot.connection
        self._lattice_id = lattice_id
        self._index_of: dict[str, dict[int, int]] = {}

    # -------------------------------------------------------- the header

    def header(self) -> Header:
        """Everything that the lattice names."""
        stored = self._connection.execute(
            select(schema.lattice).where(schema.lattice.c.id == self._lattice_id)
        ).one()
        objects = self._scoped(schema.data_object, schema.data_object.c.position)
        names = {row.id: row.name for row in objects}
        parts = (schema.evaluation_set, schema.metric, schema.protocol)
        columns, metrics, protocols = (self._scoped(table, table.c.id) for table in parts)
        results = self._scoped(schema.result_set, schema.result_set.c.id)
        return Header(
            datalattice=VERSION,
            lattice=PortableLattice(stored.name, stored.title, stored.description),
            sets=self._count(schema.training_set, schema.training_set.c.id),
            evaluations=self._count(schema.evaluation, schema.evaluation.c.training_set_id),
            objects=tuple(_object(row, names) for row in objects),
            evaluation_sets=tuple(
                PortableEvaluationSet(row.name, row.label, row.size, _positions(row.members))
                for row in columns
            ),
            metrics=tuple(
                PortableMetric(row.name, row.direction, row.range_low, row.range_high, row.unit)
                for row in metrics
            ),
            protocols=tuple(
                PortableProtocol(row.name, row.digest, row.definition) for row in protocols
            ),
            measures=self._measures(),
            result_sets=tuple(_result_set(row, self._files(row.id)) for row in results),
        )

    def _scoped(self, table: AnyTable, order: Column[Any]) -> Sequence[Row[Any]]:
        """All rows of a table that belong to the lattice; notes their indices."""
        query = select(table).where(table.c.lattice_id == self._lattice_id).order_by(order)
        rows = self._connection.execute(query).all()
        self._index_of[table.name] = {row.id: index for index, row in enumerate(rows)}
        return rows

    def _measures(self) -> tuple[PortableMeasure, ...]:
        table, metric = schema.measure, schema.metric
        rows = self._connection.execute(
            select(table)
            .select_from(table.join(metric, metric.c.id == table.c.metric_id))
            .where(metric.c.lattice_id == self._lattice_id)
            .order_by(table.c.id)
        ).all()
        self._index_of["measure"] = {row.id: index for index, row in enumerate(rows)}
        return tuple(
            PortableMeasure(
                self._index_of["evaluation_set"][row.evaluation_set_id],
                self._index_of["metric"][row.metric_id],
                self._index_of["protocol"][row.protocol_id],
                domain_of(row.domain),
            )
            for row in rows
        )

    def _files(self, result_set: int) -> tuple[PortableFile, ...]:
        table = schema.source_file
        rows = self._connection.execute(
            select(table.c.name, table.c.sha256, table.c.number, table.c.unit)
            .where(table.c.result_set_id == result_set)
            .order_by(table.c.number, table.c.name)
        )
        return tuple(PortableFile(*row) for row in rows)

    def _count(self, table: AnyTable, set_id: Column[Any]) -> int:
        sets = schema.training_set
        joined = sets if table is sets else table.join(sets, sets.c.id == set_id)
        query = select(func.count()).select_from(joined)
        return int(
            self._connection.execute(
                query.where(sets.c.lattice_id == self._lattice_id)
            ).scalar_one()
        )

    # -------------------------------------------------------- the blocks

    def set_ids(self) -> Identifiers:
        """Ids of all training sets, ascending."""
        table = schema.training_set
        ids = self._connection.scalars(
            select(table.c.id).where(table.c.lattice_id == self._lattice_id).order_by(table.c.id)
        )
        return np.fromiter(ids, dtype=np.int64)

    def blocks(self, header: Header, ids: Identifiers) -> Iterator[Block]:
        """The sets in this order, a bounded number of evaluations at a time."""
        per_set = max(1, header.evaluations // max(1, header.sets))
        at_once = max(1, min(_SETS_AT_ONCE, _EVALUATIONS_AT_ONCE // per_set))
        words_per_set = word_count(len(header.objects))
        for batch in in_batches(ids.tolist(), at_once):
            yield self._block(batch, words_per_set)

    def _block(self, ids: Sequence[int], words_per_set: int) -> Block:
        sets, table, unscored = schema.training_set, schema.evaluation, schema.unscored_set
        row_of = {identifier: row for row, identifier in enumerate(ids)}
        members: dict[int, bytes] = {
            row.id: row.members
            for row in self._connection.execute(
                select(sets.c.id, sets.c.members).where(sets.c.id.in_(ids))
            )
        }
        query = select(table).where(table.c.training_set_id.in_(ids)).order_by(*table.primary_key)
        rows = sorted(self._connection.execute(query).all(), key=lambda row: row_of[row[0]])
        names = [column.name for column in table.columns]
        found = zip(*rows, strict=True) if rows else iter([()] * len(names))
        column: dict[str, Sequence[Any]] = dict(zip(names, found, strict=True))
        result_sets = {0: -1, **self._index_of["result_set"]}
        notes = self._connection.execute(
            select(unscored)
            .where(unscored.c.training_set_id.in_(ids))
            .order_by(*unscored.primary_key)
        )
        return Block(
            words=words_of_members([members[each] for each in ids], words_per_set),
            row=_indices(row_of, column["training_set_id"]),
            measure=_indices(self._index_of["measure"], column["measure_id"]),
            result_set=_indices(result_sets, column["result_set_id"]),
            replicate=np.array(column["replicate"], dtype=np.int64),
            inner_replicate=np.array(column["inner_replicate"], dtype=np.int64),
            seed_label=column["seed_label"],
            origin=column["origin"],
            score=np.array(column["score"], dtype=np.float64),
            superseded_by=_indices(result_sets, [each or 0 for each in column["superseded_by"]]),
            file_number=column["file_number"],
            place=column["place"],
            attributes=column["attributes"],
            unscored=[
                (row_of[note.training_set_id], result_sets[note.result_set_id]) for note in notes
            ],
            places=range(1, len(ids) + 1),
        )


def _indices(index_of: Mapping[int, int], ids: Sequence[int]) -> NDArray[np.int64]:
    return np.array([index_of[each] for each in ids], dtype=np.int64)


def _positions(members: bytes | None) -> tuple[int, ...] | None:
    return None if members is None else tuple(positions_of_mask(mask_of_members(members)))


def _object(row: Row[Any], names: Mapping[int, str]) -> PortableObject:
    return PortableObject(
        name=row.name,
        label=row.label,
        size=row.size,
        cost=row.cost,
        owner=row.owner,
        variant_of=None if row.variant_of is None else names[row.variant_of],
        fingerprint=row.fingerprint,
        attributes=row.attributes,
    )


def domain_of(stored: Mapping[str, Any] | None) -> Domain | None:
    """A measure's domain as the database has it."""
    if stored is None:
        return None
    lower, upper = stored["lower"], stored["upper"]
    return Domain(None if lower is None else tuple(lower), None if upper is None else tuple(upper))


def _result_set(row: Row[Any], files: tuple[PortableFile, ...]) -> PortableResultSet:
    return PortableResultSet(
        digest=row.digest,
        name=row.name,
        mapping=row.mapping,
        design=row.design,
        replicate_kind=row.replicate_kind,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        title=row.title,
        description=row.description,
        source=row.source,
        licence=row.licence,
        blocks=row.blocks,
        files=files,
    )


def labels_used(snapshot: Snapshot, measure_ids: Sequence[int]) -> tuple[bool, bool]:
    """Whether any valid evaluation under these measures names its replicate, or an inner one."""
    table = schema.evaluation
    named = or_(table.c.seed_label.is_not(None), table.c.replicate != _NO_LABEL)
    answers = []
    for said in (named, table.c.inner_replicate != 0):
        where = and_(said, table.c.superseded_by.is_(None), table.c.measure_id.in_(measure_ids))
        found = snapshot.connection.execute(select(table.c.measure_id).where(where).limit(1))
        answers.append(found.first() is not None)
    return answers[0], answers[1]
