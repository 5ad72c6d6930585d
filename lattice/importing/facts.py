"""What mappings say of objects, metrics, evaluation sets, protocols and lattices: pure facts.

A fact is a column of a table; `None` is what nobody says. Among several result sets the first
one that says something is right, since a later one that says otherwise is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lattice.importing.mapping import EvaluationSetEntry, MetricEntry, ObjectEntry
from lattice.importing.mapping import Mapping as ImportMapping

Facts = dict[str, Any]
"""Values by the names of their columns."""
MeasureNames = tuple[str, str, str]
"""Evaluation set, metric and protocol."""


@dataclass(frozen=True)
class Saying:
    """A result set as far as facts go: its mapping, and the measures that it evaluates.

    Of evaluation sets, metrics and protocols that it does not evaluate, nothing is stored.
    """

    mapping: ImportMapping
    measures: frozenset[MeasureNames]


# ------------------------------------------------------------------ of one entry


def object_facts(entry: ObjectEntry) -> Facts:
    """What is stored of an object; its base is stored apart."""
    return {
        "label": entry.label,
        "size": entry.size,
        "cost": entry.cost,
        "owner": entry.owner,
        "fingerprint": entry.fingerprint,
    }


def metric_facts(entry: MetricEntry) -> Facts:
    """What is stored of a metric, besides its direction; an open end of its range is no fact."""
    low, high = entry.range or (float("-inf"), float("inf"))
    return {
        "range_low": None if low == float("-inf") else low,
        "range_high": None if high == float("inf") else high,
        "unit": entry.unit,
    }


def evaluation_set_facts(entry: EvaluationSetEntry) -> Facts:
    """What is stored of an evaluation set, besides its members, which are read in a lattice."""
    return {"label": entry.label, "size": entry.size}


def protocol_facts(definition: Mapping[str, Any]) -> Facts:
    """What is stored of a protocol with this definition, which may still be empty."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return {
        "definition": dict(definition),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }


# ------------------------------------------------------------------ of several result sets


def lattice_facts(sayings: Sequence[Saying]) -> Facts:
    """Title and description of a lattice."""
    return _first({"title": s.mapping.title, "description": s.mapping.description} for s in sayings)


def facts_of_objects(sayings: Sequence[Saying]) -> dict[str, Facts]:
    """Facts of every object that is listed, by name; `variant_of` is the name of its base."""
    return _by_name(
        (entry, {**object_facts(entry), "variant_of": entry.variant_of})
        for saying in sayings
        for entry in saying.mapping.objects
    )


def facts_of_metrics(sayings: Sequence[Saying]) -> dict[str, Facts]:
    """Facts of every metric, by name."""
    return _by_name(
        (entry, metric_facts(entry))
        for saying in sayings
        for entry in saying.mapping.metrics
        if entry.name in {metric for _, metric, _ in saying.measures}
    )


def facts_of_evaluation_sets(sayings: Sequence[Saying]) -> dict[str, Facts]:
    """Facts of every evaluation set, by name; `members` are a text, as the mapping has it."""
    return _by_name(
        (entry, {**evaluation_set_facts(entry), "members": entry.members})
        for saying in sayings
        for entry in saying.mapping.evaluation_sets
        if entry.name in {name for name, _, _ in saying.measures}
    )


def definitions_of_protocols(sayings: Sequence[Saying]) -> dict[str, Facts]:
    """The definition of every protocol that has one, by name."""
    found: dict[str, Facts] = {}
    for saying in sayings:
        evaluated = {protocol for _, _, protocol in saying.measures}
        for entry in saying.mapping.protocols:
            if entry.definition and entry.name in evaluated:
                found.setdefault(entry.name, dict(entry.definition))
    return found


def measures_with_domain(sayings: Sequence[Saying]) -> set[MeasureNames]:
    """Every measure for which somebody says a domain."""
    return {
        names
        for saying in sayings
        for entry in saying.mapping.evaluation_sets
        if entry.domain is not None
        for names in saying.measures
        if names[0] == entry.name
    }


class _Entry(Protocol):
    @property
    def name(self) -> str: ...


def _by_name(said: Iterable[tuple[_Entry, Facts]]) -> dict[str, Facts]:
    found: dict[str, list[Facts]] = {}
    for entry, facts in said:
        found.setdefault(entry.name, []).append(facts)
    return {name: _first(facts) for name, facts in found.items()}


def _first(said: Iterable[Facts]) -> Facts:
    """For each column what is said first."""
    found: Facts = {}
    for facts in said:
        for name, value in facts.items():
            if found.get(name) is None:
                found[name] = value
    return found
