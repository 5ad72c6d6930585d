"""Answers about imports."""

from __future__ import annotations

from msgspec import Struct

from lattice.model.stored import Direction, ReplicateKind


class OpenQuestion(Struct, frozen=True, gc=False):
    """What an import could not know, and the lines of mapping that would settle it."""

    what: str
    say: str


class ReadMeasure(Struct, frozen=True, gc=False):
    """A measure as an import understood it, with the scores that it read."""

    name: str
    direction: Direction
    evaluations: int
    lowest: float
    highest: float


class ImportedResults(Struct, frozen=True, gc=False):
    """What importing one result set understood, and what it added to one lattice.

    `objects`, `training_sets`, `moves` and `measures` count what is new in the lattice;
    `read_sets` and `object_names` are all that the files speak of. `replicates` counts distinct
    labels. `refused` are the first of the `refused_count` rows that a dry run could not read. `conflicts` counts scores
    that disagree with stored ones, however that was settled. All counts are zero when
    the result set was there already.
    """

    lattice: str
    name: str
    understood: tuple[str, ...]
    already_imported: bool
    objects: int
    training_sets: int
    moves: int
    measures: int
    evaluations: int
    notes: tuple[str, ...]
    result_set: int | None = None
    object_names: tuple[str, ...] = ()
    read_sets: int = 0
    read_measures: tuple[ReadMeasure, ...] = ()
    replicates: int = 0
    replicate_kind: ReplicateKind = "unlabelled"
    conflicts: int = 0
    refused: tuple[str, ...] = ()
    refused_count: int = 0
    questions: tuple[OpenQuestion, ...] = ()
    mapping: str = ""


class ImportReport(Struct, frozen=True, gc=False):
    """What one import did, or with `dry_run` would have done."""

    dry_run: bool
    imported: tuple[ImportedResults, ...]
