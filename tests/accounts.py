"""What a lattice holds, by names, read with plain SQL: to compare lattices of two databases."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

Account = dict[str, Any]
_RESULT_SET = (
    "name, mapping, title, description, source, licence, design, replicate_kind, blocks,"
    " imported_at, imported_by"
)


def account(place: Path, lattice: str) -> Account:
    """Everything about a lattice except ids, revision and state; orders do not matter."""
    with closing(sqlite3.connect(place)) as connection:
        return _Reader(connection, lattice).account()


class _Reader:
    def __init__(self, connection: sqlite3.Connection, lattice: str) -> None:
        self._connection = connection
        (self._id,) = self._row("SELECT id FROM lattice WHERE name = ?", lattice)
        self._objects = dict(
            self._rows("SELECT position, name FROM data_object WHERE lattice_id = ?", self._id)
        )
        self._sets = {
            identifier: self._set(members)
            for identifier, members in self._rows(
                "SELECT id, members FROM training_set WHERE lattice_id = ?", self._id
            )
        }
        self._digests = dict(
            self._rows("SELECT id, digest FROM result_set WHERE lattice_id = ?", self._id)
        )

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def _row(self, query: str, *values: Any) -> tuple[Any, ...]:
        (row,) = self._rows(query, *values)
        return row

    def _set(self, members: bytes | None) -> frozenset[str] | None:
        if members is None:
            return None
        mask = int.from_bytes(members, "little")
        return frozenset(
            self._objects[position] for position in range(mask.bit_length()) if mask >> position & 1
        )

    def account(self) -> Account:
        measures = self._measures()
        return {
            "lattice": self._row("SELECT title, description FROM lattice WHERE id = ?", self._id),
            "objects": {
                name: (*facts, _plain(attributes))
                for name, *facts, attributes in self._rows(
                    "SELECT o.name, o.label, o.size, o.cost, o.owner, b.name, o.fingerprint,"
                    " o.attributes FROM data_object o LEFT JOIN data_object b"
                    " ON b.id = o.variant_of WHERE o.lattice_id = ?",
                    self._id,
                )
            },
            "sets": set(self._sets.values()),
            "moves": {
                (self._sets[lower], name, self._sets[upper])
                for lower, name, upper in self._rows(
                    "SELECT lower_id, o.name, upper_id FROM move"
                    " JOIN data_object o ON o.id = object_id WHERE o.lattice_id = ?",
                    self._id,
                )
            },
            "evaluation_sets": {
                name: (label, size, self._set(members))
                for name, label, size, members in self._rows(
                    "SELECT name, label, size, members FROM evaluation_set WHERE lattice_id = ?",
                    self._id,
                )
            },
            "metrics": set(
                self._rows(
                    "SELECT name, direction, range_low, range_high, unit FROM metric"
                    " WHERE lattice_id = ?",
                    self._id,
                )
            ),
            "protocols": {
                name: (digest, json.loads(definition))
                for name, digest, definition in self._rows(
                    "SELECT name, digest, definition FROM protocol WHERE lattice_id = ?", self._id
                )
            },
            "measures": dict(measures.values()),
            "result_sets": self._result_sets(),
            "evaluations": self._evaluations(measures),
            "unscored": {
                (self._sets[training_set], self._digests[result_set])
                for training_set, result_set in self._rows("SELECT * FROM unscored_set")
                if result_set in self._digests
            },
        }

    def _measures(self) -> dict[int, tuple[tuple[str, str, str], Any]]:
        found = {}
        for identifier, metric, column, protocol, domain in self._rows(
            "SELECT m.id, metric.name, e.name, p.name, domain FROM measure m"
            " JOIN metric ON metric.id = metric_id JOIN evaluation_set e ON e.id ="
            " evaluation_set_id JOIN protocol p ON p.id = protocol_id WHERE p.lattice_id = ?",
            self._id,
        ):
            ends = _plain(domain)
            said = ends and {end: names and sorted(names) for end, names in ends.items()}
            found[identifier] = ((metric, column, protocol), said)
        return found

    def _result_sets(self) -> dict[str, tuple[Any, ...]]:
        found = {}
        for identifier, digest, *columns in self._rows(
            f"SELECT id, digest, {_RESULT_SET} FROM result_set WHERE lattice_id = ?", self._id
        ):
            files = self._rows(
                "SELECT name, sha256, number, unit FROM source_file WHERE result_set_id = ?",
                identifier,
            )
            columns[1] = json.loads(columns[1])
            found[digest] = (columns, sorted(files))
        return found

    def _evaluations(self, measures: dict[int, Any]) -> dict[Any, Any]:
        found = {}
        for row in self._rows(
            "SELECT training_set_id, measure_id, result_set_id, replicate, inner_replicate,"
            " seed_label, origin, score, superseded_by, file_number, place, attributes"
            " FROM evaluation"
        ):
            if row[0] in self._sets:
                key = (self._sets[row[0]], measures[row[1]][0], self._digests[row[2]], *row[3:5])
                found[key] = (*row[5:8], self._digests.get(row[8]), *row[9:])
        return found


def _plain(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def cells(account: Account) -> dict[Any, set[float]]:
    """The valid scores of every cell and replicate."""
    found: dict[Any, set[float]] = {}
    for (members, measure, _, *replicate), values in account["evaluations"].items():
        if values[3] is None:
            found.setdefault((members, measure, *replicate), set()).add(values[2])
    return found
