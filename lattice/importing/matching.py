"""Matches what a portable lattice names with what a stored one has, by name.

What is new is added; what is there gains what was not known of it, and refuses what differs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from lattice import schema
from lattice.errors import Conflict
from lattice.importing.entries import Objects, agree
from lattice.importing.limits import parts_of
from lattice.importing.mapping import Mapping, ObjectEntry
from lattice.notation import Universe
from lattice.portable import (
    Domain,
    Header,
    PortableObject,
    PortableResultSet,
)
from lattice.storage import AnyTable, Writer
from lattice.storage.merging import result_set_rows
from lattice.subsets import (
    mask_of_positions,
    members_of_mask,
    word_count,
    words_of_members,
)

_OBJECT_FACTS = ("label", "size", "cost", "owner", "variant_of", "fingerprint")
_MAY_CHANGE = tuple(
    each.name for each in fields(PortableResultSet) if each.name not in ("digest", "files")
)


# ------------------------------------------------------------------ objects


def match_objects(writer: Writer, lattice_id: int, header: Header, source: str) -> Objects:
    """The lattice's objects, with the header's among them; new ones come last, in its order.

    Raises:
        Conflict: an object is known to be different.
        ImportRefused: an object would be a variant of two others.
    """
    before = writer.named(schema.data_object, lattice_id)
    entries = tuple(
        ObjectEntry(each.name, **{fact: getattr(each, fact) for fact in _OBJECT_FACTS})
        for each in header.objects
    )
    objects = Objects(writer, lattice_id, Mapping(objects=entries), source)
    _match_attributes(writer, lattice_id, header.objects, source)
    _refuse_chains(objects.universe, source)
    if any(
        each.variant_of and each.name in before and before[each.name]["variant_of"] is None
        for each in header.objects
    ):
        _refuse_two_variants(writer, lattice_id, objects, source)
    return objects


def _match_attributes(
    writer: Writer, lattice_id: int, objects: Sequence[PortableObject], source: str
) -> None:
    said = {each.name: each.attributes for each in objects if each.attributes is not None}
    if not said:
        return
    stored = writer.named(schema.data_object, lattice_id)
    for name, attributes in said.items():
        what = f"{source}: the object {name!r}"
        agree(writer, schema.data_object, stored[name], {"attributes": attributes}, what)


def _refuse_chains(universe: Universe, source: str) -> None:
    base_of = {each.name: each.variant_of for each in universe.objects}
    for name, base in base_of.items():
        if base is not None and base_of[base] is not None:
            raise Conflict(
                f"{source}: {name!r} is a variant of {base!r}, which is itself a variant of"
                f" {base_of[base]!r}.",
                hint="Only base objects have variants; one of the two databases is wrong.",
            )


def _refuse_two_variants(writer: Writer, lattice_id: int, objects: Objects, source: str) -> None:
    """Refuse when a stored set holds two objects that are now known to be variants."""
    n = objects.universe.n
    for _, members in writer.sets_in_batches(lattice_id, 2, n):
        found = objects.two_variants(words_of_members(members, word_count(n)))
        if found is not None:
            raise Conflict(
                f"{source} says that there are variants of {found[0]!r}, and a stored training"
                " set holds two of them.",
                hint="Such a set is inadmissible; merge into another lattice with --into.",
            )


# ------------------------------------------------------------------ measures


def match_measures(
    writer: Writer, lattice_id: int, objects: Objects, header: Header, source: str
) -> tuple[list[int], int]:
    """Ids of the header's measures, and how many of them are new.

    Raises:
        Conflict: a metric, evaluation set, protocol or domain is known to be different.
    """
    position = objects.universe.position
    names = [each.name for each in header.objects]

    def members(indices: Sequence[int]) -> bytes:
        return members_of_mask(mask_of_positions([position[names[each]] for each in indices]))

    match = _Matching(writer, lattice_id, source)
    columns = [
        {**asdict(each), "members": None if each.members is None else members(each.members)}
        for each in header.evaluation_sets
    ]
    parts = (
        match.rows(schema.evaluation_set, columns, "evaluation set"),
        match.rows(schema.metric, [asdict(each) for each in header.metrics], "metric"),
        match.protocols(header),
    )
    known = writer.measure_ids(lattice_id)
    ids, added = [], 0
    for each in header.measures:
        key = tuple(
            part[index]
            for part, index in zip(
                parts, (each.evaluation_set, each.metric, each.protocol), strict=True
            )
        )
        domain = _domain(each.domain, position)
        values = dict(zip(("evaluation_set_id", "metric_id", "protocol_id"), key, strict=True))
        if key in known:
            stored = writer.row(schema.measure, known[key[0], key[1], key[2]])
            what = f"{source}: the measure {'/'.join(parts_of(header, each)[:2])}"
            agree(writer, schema.measure, stored, {"domain": domain}, what)
            ids.append(int(stored["id"]))
        else:
            said: dict[str, Any] = {} if domain is None else {"domain": domain}
            ids.append(writer.add(schema.measure, {**values, **said}))
            added += 1
    return ids, added


def _domain(domain: Domain | None, position: dict[str, int]) -> dict[str, Any] | None:
    """A domain as it is stored: names in the order of this lattice's objects."""
    if domain is None:
        return None
    ends = {"lower": domain.lower, "upper": domain.upper}
    return {
        end: None if names is None else sorted(names, key=lambda name: position[name])
        for end, names in ends.items()
    }


@dataclass(frozen=True)
class _Matching:
    """Matches rows of one lattice by their names."""

    writer: Writer
    lattice_id: int
    source: str

    def rows(self, table: AnyTable, said: Sequence[dict[str, Any]], kind: str) -> list[int]:
        """Ids of these rows, added where they are new."""
        stored = self.writer.named(table, self.lattice_id)
        ids = []
        for row in said:
            name = row["name"]
            if name not in stored:
                ids.append(self.writer.add(table, {"lattice_id": self.lattice_id, **row}))
                continue
            what = f"{self.source}: the {kind} {name!r}"
            agree(self.writer, table, stored[name], row, what)
            ids.append(int(stored[name]["id"]))
        return ids

    def protocols(self, header: Header) -> list[int]:
        """Ids of the protocols; one that was only named so far gains its definition."""
        stored = self.writer.named(schema.protocol, self.lattice_id)
        said = []
        for each in header.protocols:
            there = stored.get(each.name)
            if there is not None and not there["definition"] and each.definition:
                news = {"digest": each.digest, "definition": each.definition}
                self.writer.change(schema.protocol, int(there["id"]), news)
                said.append({"name": each.name})
            elif there is not None and not each.definition:
                said.append({"name": each.name})
            else:
                said.append(asdict(each))
        return self.rows(schema.protocol, said, "protocol")


# ------------------------------------------------------------------ result sets


@dataclass(frozen=True)
class ResultSets:
    """The header's result sets here: ids, and which of them were there before.

    `rank` says of every result set of the lattice which is earlier, in any database alike.
    """

    ids: tuple[int, ...]
    known: tuple[bool, ...]
    rank: dict[int, tuple[str, str]]
    names: dict[int, str]
    digests: dict[int, str]


def match_result_sets(writer: Writer, lattice_id: int, header: Header) -> ResultSets:
    """Store the result sets that are new; of two accounts of the same one the earlier stays."""
    stored = {row["digest"]: row for row in result_set_rows(writer, lattice_id)}
    ids, known = [], []
    for each in header.result_sets:
        row = stored.get(each.digest)
        known.append(row is not None)
        if row is None:
            ids.append(_add_result_set(writer, lattice_id, each))
            continue
        ids.append(int(row["id"]))
        ours, theirs = {name: row[name] for name in _MAY_CHANGE}, _columns(each)
        if _account(theirs) < _account(ours):
            writer.change(schema.result_set, int(row["id"]), theirs)
    rows = result_set_rows(writer, lattice_id)
    return ResultSets(
        ids=tuple(ids),
        known=tuple(known),
        rank={row["id"]: (row["imported_at"], row["digest"]) for row in rows},
        names={row["id"]: row["name"] for row in rows},
        digests={row["id"]: row["digest"] for row in rows},
    )


def _columns(result_set: PortableResultSet) -> dict[str, Any]:
    return {name: getattr(result_set, name) for name in _MAY_CHANGE}


def _account(columns: dict[str, Any]) -> tuple[str, str, str]:
    """Orders accounts of one result set by when they were given."""
    whole = json.dumps(columns, sort_keys=True)
    return columns["imported_at"], columns["imported_by"], whole


def _add_result_set(writer: Writer, lattice_id: int, new: PortableResultSet) -> int:
    identifier = writer.add(
        schema.result_set, {"lattice_id": lattice_id, "digest": new.digest, **_columns(new)}
    )
    writer.add_all(
        schema.source_file,
        {
            "result_set_id": [identifier] * len(new.files),
            "name": [each.name for each in new.files],
            "sha256": [each.sha256 for each in new.files],
            "number": [each.number for each in new.files],
            "unit": [each.unit for each in new.files],
        },
    )
    return identifier


# ------------------------------------------------------------------ the lattice's own words


def settled_text(ours: str | None, theirs: str | None, said: Sequence[str | None]) -> str | None:
    """The title or description of a merged lattice: whichever was said first.

    Args:
        said: the texts of the lattice's result sets, the earliest first.
    """
    if ours is None or theirs is None or ours == theirs:
        return theirs if ours is None else ours
    return next((text for text in said if text in (ours, theirs)), min(ours, theirs))
