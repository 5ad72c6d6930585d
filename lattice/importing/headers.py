"""Checks the header of an export beyond the types of its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from lattice.errors import ImportRefused, LatticeError
from lattice.importing import mapping as mappings
from lattice.portable import Header

NOT_READ = "Export the lattice again; nothing was imported."


def refuse_bad_header(header: Header, where: str) -> None:
    """Refuse names that cannot be, references that lead nowhere and mappings that are none.

    Raises:
        ImportRefused: there is one.
    """
    _refuse_bad_names(header, where)
    _refuse_bad_references(header, where)
    for each in header.result_sets:
        try:
            mappings.restored(each.mapping)
        except LatticeError as error:
            raise ImportRefused(
                f"{where}: the mapping of the result set {each.name!r}: {error.message}",
                hint=NOT_READ,
            ) from error


def _refuse_bad_names(header: Header, where: str) -> None:
    listed: dict[str, Sequence[Any]] = {
        "objects": header.objects,
        "evaluation_sets": header.evaluation_sets,
        "metrics": header.metrics,
        "protocols": header.protocols,
    }
    names = {kind: [each.name for each in entries] for kind, entries in listed.items()}
    for kind, given in {**names, "lattice": [header.lattice.name]}.items():
        wrong = next((name for name in given if not mappings.is_name(name)), None)
        if wrong is not None:
            raise ImportRefused(f"{where}: {kind}: {wrong[:80]!r} cannot be a name.", hint=NOT_READ)
    name = header.lattice.name
    if "/" in name or name != name.strip():
        raise ImportRefused(
            f"{where}: {name[:80]!r} cannot be the name of a lattice.", hint=NOT_READ
        )
    for kind, given in {
        **names,
        "result_sets": [each.digest for each in header.result_sets],
        **{
            f"files of {each.name!r}": [file.name for file in each.files]
            for each in header.result_sets
        },
    }.items():
        twice = next((name for name, count in Counter(given).items() if count > 1), None)
        if twice is not None:
            raise ImportRefused(f"{where}: {kind}: {twice[:80]!r} is there twice.", hint=NOT_READ)


def _refuse_bad_references(header: Header, where: str) -> None:
    """Refuse what names something that the header does not list."""
    names = {each.name for each in header.objects}
    n = len(header.objects)
    parts = Counter((each.evaluation_set, each.metric, each.protocol) for each in header.measures)
    domains = [each.domain for each in header.measures if each.domain is not None]
    checks: dict[str, Iterable[bool]] = {
        "objects: variant_of": (
            each.variant_of is None or each.variant_of in names for each in header.objects
        ),
        "evaluation_sets: members": (
            each.members is None or is_set(each.members, n) for each in header.evaluation_sets
        ),
        "measures": (
            each.evaluation_set < len(header.evaluation_sets)
            and each.metric < len(header.metrics)
            and each.protocol < len(header.protocols)
            for each in header.measures
        ),
        "measures, given twice": (count == 1 for count in parts.values()),
        "measures: domain": (
            {*(each.lower or ()), *(each.upper or ())} <= names for each in domains
        ),
    }
    for what, good in checks.items():
        if not all(good):
            raise ImportRefused(
                f"{where}: {what}: one of them does not fit the lists of the header.",
                hint=NOT_READ,
            )


def is_set(members: Sequence[int], n: int) -> bool:
    """Whether these are positions of different ones of n objects."""
    return len(set(members)) == len(members) and all(each < n for each in members)
