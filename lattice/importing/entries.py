"""What a result set names, matched by name with what the lattice has: objects, metrics, columns.

A name that is new is added; a name that is there keeps what is known of it, gains what was not
known, and refuses what is different.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.errors import Conflict, ImportRefused, LatticeError
from lattice.importing.mapping import (
    EvaluationSetEntry,
    Mapping,
    MetricEntry,
    ObjectEntry,
    ProtocolEntry,
)
from lattice.importing.metrics import direction_of
from lattice.importing.records import MeasureKey
from lattice.model import DataObject, Direction
from lattice.notation import Universe
from lattice.storage import AnyTable, Row, Writer
from lattice.subsets import (
    Words,
    has_object,
    members_of_mask,
    reposition,
    word_count,
    words_of_masks,
)


class Objects:
    """The lattice's objects, with those of the result set among them."""

    def __init__(self, writer: Writer, lattice_id: int, mapping: Mapping, source: str) -> None:
        self._writer, self._lattice_id, self._source = writer, lattice_id, source
        self._entries = {entry.name: entry for entry in mapping.objects}
        self._stored = writer.named(schema.data_object, lattice_id)
        self._position = {name: int(row["position"]) for name, row in self._stored.items()}
        self.id_of = {name: int(row["id"]) for name, row in self._stored.items()}
        name_of = {identifier: name for name, identifier in self.id_of.items()}
        self._base_of = {
            name: name_of[row["variant_of"]]
            for name, row in self._stored.items()
            if row["variant_of"] is not None
        }
        self.added = 0
        self.universe = self._universe()
        self.add([entry.name for entry in mapping.objects])
        self._store_variants()

    def add(self, names: Sequence[str]) -> None:
        """Add objects that are new, and what the mapping knows of those that are there.

        Raises:
            Conflict: an object is known to be different.
        """
        keys = ("label", "size", "cost", "owner", "fingerprint")
        new: list[dict[str, Any]] = []
        first = self._writer.next_id(schema.data_object)
        for name in names:
            entry = self._entries.get(name) or ObjectEntry(name)
            said = {key: getattr(entry, key) for key in keys}
            if name in self._stored:
                what = f"{self._source}: the object {name!r}"
                agree(self._writer, schema.data_object, self._stored[name], said, what)
            elif name not in self._position:
                self.id_of[name] = first + len(new)
                self._position[name] = len(self._position)
                place = {"id": self.id_of[name], "position": self._position[name]}
                new.append({"name": name, "lattice_id": self._lattice_id, **place, **said})
        if new:
            columns = {key: [each[key] for each in new] for key in new[0]}
            self._writer.add_all(schema.data_object, columns)
            self.added += len(new)
        if len(self._position) != self.universe.n:
            self.universe = self._universe()

    def words(self, words: Words, names: Sequence[str]) -> Words:
        """Sets over `names` as sets over the lattice's objects."""
        places = [self._position[name] for name in names]
        return reposition(words, places, word_count(self.universe.n))

    def two_variants(self, words: Words) -> tuple[str, int] | None:
        """A base object of which some set holds two variants, and that set's row; else None."""
        families: dict[str, list[int]] = {}
        for name in {*self._base_of, *self._base_of.values()}:
            base = self._base_of.get(name, name)
            families.setdefault(base, []).append(self._position[name])
        for base, positions in families.items():
            held = np.sum([has_object(words, position) for position in positions], axis=0)
            wrong = np.flatnonzero(held > 1)
            if len(wrong):
                return base, int(wrong[0])
        return None

    def _universe(self) -> Universe:
        names = sorted(self._position, key=lambda name: self._position[name])
        return Universe(
            tuple(
                DataObject(name, place, variant_of=self._base_of.get(name))
                for place, name in enumerate(names)
            )
        )

    def _store_variants(self) -> None:
        for name, entry in self._entries.items():
            if entry.variant_of is None or self._base_of.get(name) == entry.variant_of:
                continue
            base = self._entries.get(entry.variant_of)
            unknown = entry.variant_of not in self.id_of
            if unknown or (base and base.variant_of) or name in self._base_of:
                raise ImportRefused(
                    f"{self._source}: the object {name!r} cannot be a variant of"
                    f" {entry.variant_of!r}.",
                    hint="A base object has to be listed, and is itself no variant.",
                )
            base_id = self.id_of[entry.variant_of]
            self._writer.change(schema.data_object, self.id_of[name], {"variant_of": base_id})
            self._base_of[name] = entry.variant_of
            self.universe = self._universe()


def agree(writer: Writer, table: AnyTable, stored: Row, said: dict[str, Any], what: str) -> None:
    """Fill in what was not known.

    Raises:
        Conflict: something is known to be different.
    """
    news = {}
    for key, value in said.items():
        if value is None or stored[key] == value:
            continue
        if stored[key] is not None:
            raise Conflict(
                f"{what} is stored with {key} {stored[key]!r}; here it is {value!r}.",
                hint="Correct the mapping, or import into another lattice with --into.",
            )
        news[key] = value
    if news:
        writer.change(table, stored["id"], news)


# ------------------------------------------------------------------ measures


@dataclass(frozen=True)
class StoredMeasure:
    """A measure with what its scores have to obey.

    `lower` and `upper` are the ends of its domain as words (1, W), None where it is open.
    """

    id: int
    direction: Direction
    low: float
    high: float
    lower: Words | None
    upper: Words | None

    def outside_range(self, score: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which scores the metric cannot have."""
        return np.asarray((score < self.low) | (score > self.high))

    def outside_domain(self, words: Words) -> NDArray[np.bool_]:
        """On which sets (C, W) the measure is undefined."""
        outside = np.zeros(len(words), dtype=np.bool_)
        if self.lower is not None:
            outside |= ((words & self.lower) != self.lower).any(axis=1)
        if self.upper is not None:
            outside |= ((words & ~self.upper) != 0).any(axis=1)
        return outside


class Measures:
    """The lattice's measures, with those of the result set among them."""

    def __init__(self, writer: Writer, lattice_id: int, objects: Objects, mapping: Mapping) -> None:
        self._writer, self._lattice_id, self._objects = writer, lattice_id, objects
        self._mapping = mapping
        self._stored = writer.measure_ids(lattice_id)
        self._found: dict[MeasureKey, StoredMeasure] = {}
        self.directions: dict[str, Direction] = {}
        self.added = 0

    def items(self) -> Sequence[tuple[MeasureKey, StoredMeasure]]:
        """The measures of the result set so far."""
        return tuple(self._found.items())

    def of(self, key: MeasureKey, where: str) -> StoredMeasure:
        """The measure of this name, added if it is new; `where` is its first score's place.

        Raises:
            Conflict: a metric, evaluation set or protocol is known to be different.
            ImportRefused: nothing says the metric's direction.
        """
        if key in self._found:
            return self._found[key]
        metric = self._metric(key.metric, where)
        column, domain = self._evaluation_set(key.evaluation_set, where)
        parts = (column, int(metric["id"]), self._protocol(key.protocol, where))
        if parts not in self._stored:
            names = ("evaluation_set_id", "metric_id", "protocol_id")
            values: dict[str, Any] = dict(zip(names, parts, strict=True))
            if domain is not None:
                values["domain"] = domain
            self._stored[parts] = self._writer.add(schema.measure, values)
            self.added += 1
        stored = self._writer.row(schema.measure, self._stored[parts])
        agree(self._writer, schema.measure, stored, {"domain": domain}, f"{where}: the measure")
        self._found[key] = self._measure(self._stored[parts], metric, stored["domain"] or domain)
        return self._found[key]

    def _measure(
        self, identifier: int, metric: Row | dict[str, Any], domain: dict[str, Any] | None
    ) -> StoredMeasure:
        low, high = metric["range_low"], metric["range_high"]
        ends = [
            None if domain is None or domain[end] is None else self._words(domain[end])
            for end in ("lower", "upper")
        ]
        return StoredMeasure(
            id=identifier,
            direction=metric["direction"],
            low=-np.inf if low is None else low,
            high=np.inf if high is None else high,
            lower=ends[0],
            upper=ends[1],
        )

    def _words(self, names: Sequence[str]) -> Words:
        universe = self._objects.universe
        mask = sum(1 << universe.position[name] for name in names)
        return words_of_masks([mask], word_count(universe.n))

    def _metric(self, name: str, where: str) -> Row | dict[str, Any]:
        entry = next((each for each in self._mapping.metrics if each.name == name), None)
        stored = self._writer.named(schema.metric, self._lattice_id).get(name)
        if entry is None and stored is not None:
            return stored
        if entry is None:
            direction = self.directions.get(name) or direction_of(name)
            if direction is None:
                raise ImportRefused(
                    f"{where}: nothing says whether a higher {name!r} is better or worse.",
                    hint=f'Say it in a mapping: [[metrics]] name = "{name}", direction = "higher".',
                )
            entry = MetricEntry(name, direction)
        low, high = (
            None if abs(end) == np.inf else end for end in entry.range or (-np.inf, np.inf)
        )
        said = {
            "direction": entry.direction,
            "range_low": low,
            "range_high": high,
            "unit": entry.unit,
        }
        if stored is not None:
            agree(self._writer, schema.metric, stored, said, f"{where}: the metric {name!r}")
            return self._writer.row(schema.metric, int(stored["id"]))
        values = {"lattice_id": self._lattice_id, "name": name, **said}
        return {"id": self._writer.add(schema.metric, values), **values}

    def _evaluation_set(self, name: str, where: str) -> tuple[int, dict[str, Any] | None]:
        entries = self._mapping.evaluation_sets
        entry = next((each for each in entries if each.name == name), EvaluationSetEntry(name))
        said: dict[str, Any] = {"label": entry.label, "size": entry.size, "members": None}
        if entry.members is not None:
            said["members"] = members_of_mask(self._mask(entry.members, name))
        domain = None
        if entry.domain is not None:
            lower, upper = (self._mask(text, name) for text in entry.domain)
            domain = {
                "lower": self._names(lower) or None,
                "upper": None if entry.domain[1] == "all" else self._names(upper),
            }
        stored = self._writer.named(schema.evaluation_set, self._lattice_id).get(name)
        if stored is not None:
            what = f"{where}: the evaluation set {name!r}"
            agree(self._writer, schema.evaluation_set, stored, said, what)
            return int(stored["id"]), domain
        values = {"lattice_id": self._lattice_id, "name": name, **said}
        return self._writer.add(schema.evaluation_set, values), domain

    def _mask(self, text: str, evaluation_set: str) -> int:
        try:
            return self._objects.universe.read(text)
        except LatticeError as error:
            raise ImportRefused(
                f"The mapping's evaluation set {evaluation_set!r}: {error.message}",
                hint=error.hint,
            ) from error

    def _names(self, mask: int) -> list[str]:
        universe = self._objects.universe
        return [name for place, name in enumerate(universe.names) if mask >> place & 1]

    def _protocol(self, name: str, where: str) -> int:
        entry = next((each for each in self._mapping.protocols if each.name == name), None)
        stored = self._writer.named(schema.protocol, self._lattice_id).get(name)
        if stored is not None and (entry is None or not entry.definition):
            return int(stored["id"])
        definition = (entry or ProtocolEntry(name)).definition
        text = json.dumps(definition, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        said = {"digest": hashlib.sha256(text.encode()).hexdigest(), "definition": definition}
        if stored is not None and not stored["definition"]:  # named before, not yet defined
            self._writer.change(schema.protocol, int(stored["id"]), said)
            return int(stored["id"])
        if stored is not None:
            what = f"{where}: the protocol {name!r}"
            agree(self._writer, schema.protocol, stored, said, what)
            return int(stored["id"])
        values = {"lattice_id": self._lattice_id, "name": name, **said}
        return self._writer.add(schema.protocol, values)
