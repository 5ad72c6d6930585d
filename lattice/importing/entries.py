"""What a draft names, matched by name with what the lattice has: objects, metrics, columns.

A name that is new is added; a name that is there keeps what is known of it, gains what was not
known, and refuses what is different.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.errors import Conflict, ImportRefused, LatticeError
from lattice.importing.assembly import Draft
from lattice.importing.mapping import MetricEntry, ObjectEntry, ProtocolEntry
from lattice.importing.metrics import direction_of
from lattice.model import DataObject
from lattice.notation import Universe
from lattice.storage import AnyTable, Row, Writer, new_state
from lattice.subsets import Words, has_object, members_of_mask, reposition, word_count

# ------------------------------------------------------------------ the lattice and its objects


def store_lattice(writer: Writer, draft: Draft) -> tuple[int, bool]:
    """The id of the draft's lattice, and whether it is new."""
    stored = writer.find_lattice(draft.lattice)
    said = {"title": draft.mapping.title, "description": draft.mapping.description}
    if stored is None:
        values = {"name": draft.lattice, **said, "revision": 0, "state": new_state()}
        return writer.add(schema.lattice, values), True
    missing = {name: text for name, text in said.items() if text and stored[name] is None}
    if missing:
        writer.change(schema.lattice, stored["id"], missing)
    return int(stored["id"]), False


@dataclass(frozen=True)
class StoredObjects:
    """The lattice's objects with the draft's among them; `words` are its sets over them."""

    universe: Universe
    id_of: dict[str, int]
    words: Words
    added: int

    @classmethod
    def store(cls, writer: Writer, lattice_id: int, draft: Draft) -> StoredObjects:
        """Add the draft's new objects.

        Raises:
            Conflict: an object is known to be different.
            ImportRefused: a variant's base is no base, or a set holds two variants.
        """
        entries = {entry.name: entry for entry in draft.mapping.objects}
        stored = writer.named(schema.data_object, lattice_id)
        position = {name: int(row["position"]) for name, row in stored.items()}
        id_of = {name: int(row["id"]) for name, row in stored.items()}
        for name in draft.objects:
            entry = entries.get(name) or ObjectEntry(name)
            said = {
                key: getattr(entry, key)
                for key in ("label", "size", "cost", "owner", "fingerprint")
            }
            if name in stored:
                _agree(writer, schema.data_object, stored[name], said, f"object {name!r}")
                continue
            position[name] = len(position)
            values = {"lattice_id": lattice_id, "name": name, "position": position[name], **said}
            id_of[name] = writer.add(schema.data_object, values)
        base_of = _store_variants(writer, entries, stored, id_of)
        names = sorted(position, key=lambda name: position[name])
        universe = Universe(
            tuple(
                DataObject(name, at, variant_of=base_of.get(name)) for at, name in enumerate(names)
            )
        )
        places = [position[name] for name in draft.objects]
        words = reposition(draft.words, places, word_count(universe.n))
        _refuse_variants(draft, words, universe)
        return cls(universe, id_of, words, len(position) - len(stored))


def _store_variants(
    writer: Writer,
    entries: dict[str, ObjectEntry],
    stored: dict[str, Row],
    id_of: dict[str, int],
) -> dict[str, str]:
    """Set `variant_of` where the mapping says it; gives the base of every variant by name."""
    name_of = {identifier: name for name, identifier in id_of.items()}
    base_of = {
        name: name_of[row["variant_of"]]
        for name, row in stored.items()
        if row["variant_of"] is not None
    }
    for name, entry in entries.items():
        if entry.variant_of is None or base_of.get(name) == entry.variant_of:
            continue
        base = entries.get(entry.variant_of)
        if entry.variant_of not in id_of or (base and base.variant_of) or name in base_of:
            raise ImportRefused(
                f"The object {name!r} cannot be a variant of {entry.variant_of!r}.",
                hint="A base object has to be listed, and is itself no variant.",
            )
        writer.change(schema.data_object, id_of[name], {"variant_of": id_of[entry.variant_of]})
        base_of[name] = entry.variant_of
    return base_of


def _refuse_variants(draft: Draft, words: Words, universe: Universe) -> None:
    """Refuse sets that hold two variants of one object."""
    families: dict[str, list[int]] = {}
    for each in universe.objects:
        families.setdefault(each.variant_of or each.name, []).append(each.position)
    for base, positions in families.items():
        if len(positions) < 2:
            continue
        held = np.sum([has_object(words, position) for position in positions], axis=0)
        wrong = np.flatnonzero(held > 1)
        if len(wrong):
            raise ImportRefused(
                f"{_first_place(draft, np.isin(draft.set, wrong))}: the training set holds two variants of the object {base!r}.",
                hint="Such a set is inadmissible; is `variant_of` right in the mapping?",
            )


def _first_place(draft: Draft, chosen: NDArray[np.bool_]) -> str:
    """File and line of the first of the chosen evaluations (C,), or a file where there is none."""
    found = np.flatnonzero(chosen)
    return draft.places.of(int(found[0])) if len(found) else draft.files[0].name


def _agree(writer: Writer, table: AnyTable, stored: Row, said: dict[str, Any], what: str) -> None:
    """Fill in what was not known, and refuse what is known to be different."""
    news = {}
    for key, value in said.items():
        if value is None or stored[key] == value:
            continue
        if stored[key] is not None:
            raise Conflict(
                f"The {what} is stored with {key} {stored[key]!r}; here it is {value!r}.",
                hint="Correct the mapping, or import into another lattice with --into.",
            )
        news[key] = value
    if news:
        writer.change(table, stored["id"], news)


# ------------------------------------------------------------------ measures


@dataclass(frozen=True)
class StoredMeasures:
    """Ids of the draft's measures, and how many of them are new."""

    ids: tuple[int, ...]
    added: int


def store_measures(
    writer: Writer, lattice_id: int, objects: StoredObjects, draft: Draft
) -> StoredMeasures:
    """Add the draft's new measures with their metrics, evaluation sets and protocols.

    Raises:
        Conflict: a metric, evaluation set or protocol is known to be different.
        ImportRefused: a direction is unknown, or a score is outside its metric's range.
    """
    metrics = {
        name: _store_metric(writer, lattice_id, draft, name)
        for name in dict.fromkeys(key.metric for key in draft.measures)
    }
    columns = {
        name: _store_evaluation_set(writer, lattice_id, objects, draft, name)
        for name in dict.fromkeys(key.evaluation_set for key in draft.measures)
    }
    protocols = {
        name: _store_protocol(writer, lattice_id, draft, name)
        for name in dict.fromkeys(key.protocol for key in draft.measures)
    }
    stored = writer.measure_ids(lattice_id)
    known = len(stored)
    names = ("evaluation_set_id", "metric_id", "protocol_id")
    ids = []
    for key in draft.measures:
        parts = (columns[key.evaluation_set], metrics[key.metric], protocols[key.protocol])
        if parts not in stored:
            stored[parts] = writer.add(schema.measure, dict(zip(names, parts, strict=True)))
        ids.append(stored[parts])
    return StoredMeasures(tuple(ids), len(stored) - known)


def _store_metric(writer: Writer, lattice_id: int, draft: Draft, name: str) -> int:
    entry = next((each for each in draft.mapping.metrics if each.name == name), None)
    stored = writer.named(schema.metric, lattice_id).get(name)
    if stored is not None:
        _refuse_outside_range(draft, name, stored["range_low"], stored["range_high"])
    if entry is None and stored is not None:
        return int(stored["id"])
    if entry is None:
        direction = direction_of(name)
        if direction is None:
            raise ImportRefused(
                f"{_first_place(draft, _is_of_metric(draft, name))}: nothing says whether a higher {name!r} is better or worse.",
                hint=f'Say it in a mapping: [[metrics]] name = "{name}", direction = "higher".',
            )
        entry = MetricEntry(name, direction)
    low, high = (None if abs(end) == np.inf else end for end in entry.range or (-np.inf, np.inf))
    said = {
        "direction": entry.direction,
        "range_low": low,
        "range_high": high,
        "unit": entry.unit,
    }
    _refuse_outside_range(draft, name, low, high)
    if stored is not None:
        _agree(writer, schema.metric, stored, said, f"metric {name!r}")
        return int(stored["id"])
    return writer.add(schema.metric, {"lattice_id": lattice_id, "name": name, **said})


def _refuse_outside_range(draft: Draft, name: str, low: float | None, high: float | None) -> None:
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    outside = (draft.score < low) | (draft.score > high)
    wrong = np.flatnonzero(outside & _is_of_metric(draft, name))
    if len(wrong):
        first = int(wrong[0])
        raise ImportRefused(
            f"{draft.places.of(first)}: the score {float(draft.score[first])!r} lies outside the range"
            f" [{low:g}, {high:g}] of the metric {name!r}.",
            hint="Correct the range in the mapping; bounds rest on it.",
        )


def _is_of_metric(draft: Draft, name: str) -> NDArray[np.bool_]:
    """Which of the draft's evaluations (C,) are under this metric."""
    return np.array([key.metric == name for key in draft.measures])[draft.measure]


def _store_evaluation_set(
    writer: Writer, lattice_id: int, objects: StoredObjects, draft: Draft, name: str
) -> int:
    entry = next((each for each in draft.mapping.evaluation_sets if each.name == name), None)
    said: dict[str, Any] = {"label": None, "size": None, "members": None}
    if entry is not None:
        said |= {"label": entry.label, "size": entry.size}
        if entry.members is not None:
            try:
                said["members"] = members_of_mask(objects.universe.read(entry.members))
            except LatticeError as error:
                raise ImportRefused(
                    f"The members of the evaluation set {name!r}: {error.message}",
                    hint=error.hint,
                ) from error
    stored = writer.named(schema.evaluation_set, lattice_id).get(name)
    if stored is not None:
        _agree(writer, schema.evaluation_set, stored, said, f"evaluation set {name!r}")
        return int(stored["id"])
    return writer.add(schema.evaluation_set, {"lattice_id": lattice_id, "name": name, **said})


def _store_protocol(writer: Writer, lattice_id: int, draft: Draft, name: str) -> int:
    entry = next((each for each in draft.mapping.protocols if each.name == name), None)
    stored = writer.named(schema.protocol, lattice_id).get(name)
    if entry is None and stored is not None:
        return int(stored["id"])
    definition = (entry or ProtocolEntry(name)).definition
    text = json.dumps(definition, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    said = {"digest": hashlib.sha256(text.encode()).hexdigest(), "definition": definition}
    if stored is not None:
        _agree(writer, schema.protocol, stored, said, f"protocol {name!r}")
        return int(stored["id"])
    return writer.add(schema.protocol, {"lattice_id": lattice_id, "name": name, **said})
