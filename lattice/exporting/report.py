"""What an export wrote and what a merge brought, as frozen dataclasses."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Format = Literal["csv-wide", "csv-long", "jsonl", "npz", "parquet", "graphml"]


class ExportReport(Struct, frozen=True, gc=False):
    """What an export wrote; `place` is the file, `-` for a stream.

    `evaluations` counts the scores that were written: of `jsonl` all, of tables those that are
    valid, of the other formats the cells that are not missing. `part` says which sets were
    chosen, where not all were. `notes` say what the format leaves out.
    """

    lattice: str
    place: str
    format: Format
    training_sets: int
    measures: tuple[str, ...]
    evaluations: int
    notes: tuple[str, ...] = ()
    part: str | None = None


class MergedResults(Struct, frozen=True, gc=False):
    """One result set of the other database, with its id here; `already_there`: we had it before."""

    id: int
    name: str
    digest: str
    already_there: bool
    evaluations: int


class MergedLattice(Struct, frozen=True, gc=False):
    """What merging one lattice of another database brought into `lattice`.

    Counts are of what is new here. `superseded` counts evaluations of result sets that both had
    and that count no longer, since the other database knew better ones. `conflicts` counts
    scores that disagree, and `disagreements` names the first of them.
    """

    source: str
    lattice: str
    created: bool
    result_sets: tuple[MergedResults, ...]
    objects: int
    training_sets: int
    moves: int
    measures: int
    evaluations: int
    superseded: int
    conflicts: int
    disagreements: tuple[str, ...]


class MergeReport(Struct, frozen=True, gc=False):
    """What merging another database did, or with `dry_run` would have done."""

    dry_run: bool
    place: str
    merged: tuple[MergedLattice, ...]
