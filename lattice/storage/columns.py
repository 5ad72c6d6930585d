"""Reads the sets and evaluations of a lattice as arrays: all of them, or those of a few sets.

Numbers go from the driver's cursor straight into an array, without a row object each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Integer, Select, and_, case, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from lattice import schema
from lattice.model import ReplicateKind
from lattice.stored import Catalog, Identifiers, Labels, StoredEvaluations, StoredSets
from lattice.subsets import Words, members_of_words, word_count, words_of_members

_PARAMETERS_AT_ONCE = 500
_HALF = 32

_sets = schema.training_set.c
_rows = schema.evaluation.c
_NUMBERS = ("training_set_id", "measure_id", "result_set_id", "replicate", "inner_replicate")
_LONG = frozenset({"replicate", "inner_replicate"})
_DECLARED = case((_rows.origin == "declared", 1), else_=0)

Where = ColumnElement[bool]
_Item = TypeVar("_Item")


# ------------------------------------------------------------------ training sets


def all_sets(connection: Connection, catalog: Catalog) -> StoredSets:
    """All training sets of the lattice, in the order of their ids."""
    return _stored_sets(connection, catalog, [_sets.lattice_id == catalog.id])


def sets_among(connection: Connection, catalog: Catalog, words: Words) -> StoredSets:
    """Those of the sets `words` (M, W) that are stored, in the order of their ids."""
    here = _sets.lattice_id == catalog.id
    batches = _batches(members_of_words(words))
    return _stored_sets(
        connection, catalog, (and_(here, _sets.members.in_(batch)) for batch in batches)
    )


def sets_with_ids(connection: Connection, catalog: Catalog, ids: Identifiers) -> StoredSets:
    """The training sets of these ids, in the order of their ids."""
    batches = _batches(ids.tolist())
    return _stored_sets(connection, catalog, (_sets.id.in_(batch) for batch in batches))


def _stored_sets(connection: Connection, catalog: Catalog, wheres: Iterable[Where]) -> StoredSets:
    found: list[Any] = []
    for where in wheres:
        rows = _driver_rows(connection, select(_sets.id, _sets.members).where(where))
        found += chain.from_iterable(rows)
    ids = np.array(found[::2], dtype=np.int64)
    order = np.argsort(ids)
    words = words_of_members(found[1::2], word_count(len(catalog.objects)))
    return StoredSets(ids[order], words[order])


# ------------------------------------------------------------------ evaluations


def all_evaluations(connection: Connection, catalog: Catalog) -> StoredEvaluations:
    """All valid evaluations of the lattice, in no particular order."""
    where = _valid(catalog)
    ends = [end(_rows[name]) for name in _NUMBERS for end in (func.min, func.max)]
    *found, lowest, highest = connection.execute(
        select(*ends, func.min(_DECLARED), func.max(_DECLARED)).where(where)
    ).one()
    bounds = dict(zip(_NUMBERS, zip(found[::2], found[1::2], strict=True), strict=True))
    bounds["declared"] = (lowest, highest)
    same = {name: low for name, (low, high) in bounds.items() if low is not None and low == high}
    return _evaluations(connection, catalog, [where], same)


def evaluations_of(connection: Connection, catalog: Catalog, ids: Identifiers) -> StoredEvaluations:
    """The valid evaluations of the training sets of these ids, in no particular order."""
    batches = _batches(ids.tolist())
    wheres = (and_(_rows.training_set_id.in_(batch), _valid(catalog)) for batch in batches)
    return _evaluations(connection, catalog, wheres, {})


def labels_of(connection: Connection, catalog: Catalog, ids: Identifiers) -> Labels:
    """What sources call the replicates of these training sets, where they name them."""
    place = {measure: index for index, measure in enumerate(catalog.measure_ids)}
    found: Labels = {}
    for batch in _batches(ids.tolist()):
        query = (
            select(_rows.measure_id, _rows.replicate, _rows.seed_label)
            .where(_rows.training_set_id.in_(batch), _valid(catalog))
            .where(_rows.seed_label.is_not(None))
            .distinct()
            .order_by(_rows.seed_label)
        )
        for measure, replicate, label in connection.execute(query):
            found[place[measure], replicate] = label
    return found


def _valid(catalog: Catalog) -> Where:
    return and_(_rows.measure_id.in_(catalog.measure_ids), _rows.superseded_by.is_(None))


def _evaluations(
    connection: Connection, catalog: Catalog, wheres: Iterable[Where], same: dict[str, int]
) -> StoredEvaluations:
    """Evaluations as columns; those that are the `same` in all rows are not read."""
    scope_of, names, kinds = _scopes(connection, catalog)
    columns = {"score": _rows.score, "declared": _DECLARED}
    columns |= {name: _rows[name] for name in _NUMBERS if name not in _LONG}
    for name in _LONG:  # a double holds 53 bits: longer numbers come in two halves
        columns[f"{name} high"] = _rows[name].op(">>")(literal(_HALF, Integer))
        columns[f"{name} low"] = _rows[name].op("&")((1 << _HALF) - 1)
    columns = {name: each for name, each in columns.items() if name.split()[0] not in same}
    parts = [np.empty((0, len(columns)))]
    for where in wheres:
        rows = _driver_rows(connection, select(*columns.values()).where(where))
        numbers = np.fromiter(chain.from_iterable(rows), dtype=np.float64)
        parts.append(numbers.reshape(-1, len(columns)))
    whole = np.concatenate(parts) if len(parts) > 2 else parts[-1]
    place = {name: index for index, name in enumerate(columns)}

    def integers(name: str) -> NDArray[np.int64]:
        if name in same:
            return np.full(len(whole), same[name], dtype=np.int64)
        if name in place:
            return whole[:, place[name]].astype(np.int64)
        return integers(f"{name} high") << _HALF | integers(f"{name} low")

    return StoredEvaluations(
        training_set_id=integers("training_set_id"),
        measure=_renumbered(integers("measure_id"), catalog.measure_ids),
        replicate=integers("replicate"),
        inner_replicate=integers("inner_replicate"),
        scope=_renumbered(integers("result_set_id"), list(scope_of), list(scope_of.values())),
        score=np.ascontiguousarray(whole[:, place["score"]]),
        declared=integers("declared") == 1,
        scopes=tuple(kinds),
        scope_names=tuple(names),
    )


def _scopes(
    connection: Connection, catalog: Catalog
) -> tuple[dict[int, int], list[str], list[ReplicateKind]]:
    """The scope of every result set, and the name and kind of every scope.

    Scopes come in the order in which their first result sets were imported, wherever that was:
    the order does not depend on the order in which databases were merged.
    """
    results = schema.result_set
    scope_of: dict[int, int] = {}
    kinds: list[ReplicateKind] = []
    number: dict[str, int] = {}
    for each in connection.execute(
        select(results.c.id, results.c.digest, results.c.blocks, results.c.replicate_kind)
        .where(results.c.lattice_id == catalog.id)
        .order_by(results.c.imported_at, results.c.digest)
    ):
        name = f"{each.replicate_kind} {each.blocks}" if each.blocks else f"in {each.digest}"
        if name not in number:
            number[name] = len(kinds)
            kinds.append(each.replicate_kind)
        scope_of[each.id] = number[name]
    return scope_of, list(number), kinds


def _renumbered(
    ids: NDArray[np.int64], known: Sequence[int], numbers: Sequence[int] | None = None
) -> NDArray[np.int64]:
    """Each id as its place in `known`, or as the number at that place."""
    order = np.argsort(np.array(known, dtype=np.int64))
    number = order if numbers is None else np.array(numbers, dtype=np.int64)[order]
    if len(ids) and ids.min() == ids.max():
        return np.full(len(ids), number[np.searchsorted(np.sort(known), ids[0])])
    return number[np.searchsorted(np.array(known, dtype=np.int64)[order], ids)]


# ------------------------------------------------------------------ the driver


def _driver_rows(connection: Connection, query: Select[Any]) -> Iterable[tuple[Any, ...]]:
    """The rows of a query as plain tuples, as the driver gives them."""
    return cast("Iterable[tuple[Any, ...]]", connection.execute(query).cursor)


def _batches(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _PARAMETERS_AT_ONCE):
        yield items[start : start + _PARAMETERS_AT_ONCE]
