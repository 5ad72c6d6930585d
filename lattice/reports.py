"""What is in a result set, what undoing one did, what a check-up found: as frozen records.

They encode themselves as those of `lattice.model` do. `None` always means "not there".
"""

from __future__ import annotations

from msgspec import Struct

from lattice.model import ResultSet, TrainingSet

# ---------------------------------------------------------------- result sets


class ResultEntry(Struct, frozen=True, gc=False):
    """One result set in a list; `superseded` of its evaluations do not count, others do instead."""

    result_set: ResultSet
    superseded: int


class Supersession(Struct, frozen=True, gc=False):
    """Another result set, and how many evaluations it settles or has settled for it."""

    result_set: int
    name: str
    evaluations: int


class ResultDetail(Struct, frozen=True, gc=False):
    """One result set: where it came from, how it was read, what it holds.

    `mapping` is TOML. `superseded_by` says whose scores count instead of how many of its own,
    `supersedes` instead of whose its own count. `only_sets` and `only_measures` are evaluated by
    no other result set: undoing this one takes them away.
    """

    result_set: ResultSet
    digest: str
    blocks: str | None
    imported_by: str
    mapping: str
    training_sets: int
    measures: tuple[str, ...]
    superseded: int
    superseded_by: tuple[Supersession, ...]
    supersedes: tuple[Supersession, ...]
    only_sets: int
    only_measures: tuple[str, ...]


class ResultName(Struct, frozen=True, gc=False):
    """A result set as answers name it."""

    id: int
    name: str


class MeasureDiff(Struct, frozen=True, gc=False):
    """Two result sets under one measure: how many scores are the same, differ, or stand alone.

    A score is that of one training set and one replicate. `largest` is the largest difference.
    """

    measure: str
    same: int
    other: int
    only_first: int
    only_second: int
    largest: float | None


class ScoreDifference(Struct, frozen=True, gc=False):
    """One training set and replicate with two scores; `difference` is the second less the first."""

    training_set: TrainingSet
    measure: str
    replicate: str | None
    first: float
    second: float
    difference: float


class LoneScore(Struct, frozen=True, gc=False):
    """A score that only one of two result sets has."""

    training_set: TrainingSet
    measure: str
    replicate: str | None
    score: float


class ResultsDiff(Struct, frozen=True, gc=False):
    """Two result sets compared score by score; replicates are the same where their numbers are.

    `differences` has the largest ones first. It, `only_first` and `only_second` are limited;
    `measures` has all the counts.
    """

    lattice: str
    first: ResultName
    second: ResultName
    measures: tuple[MeasureDiff, ...]
    differences: tuple[ScoreDifference, ...]
    only_first: tuple[LoneScore, ...]
    only_second: tuple[LoneScore, ...]


class UndoReport(Struct, frozen=True, gc=False):
    """What undoing a result set removed and revived, or with `dry_run` would have.

    `revived` evaluations of other result sets count again; `superseded` ones no longer do, since
    an older score came back. `forgotten` are facts that nobody else says. `lattice_removed` says
    that it was the lattice's last result set.
    """

    dry_run: bool
    lattice: str
    result_set: ResultName
    evaluations: int
    revived: int
    superseded: int
    training_sets: int
    moves: int
    measures: tuple[str, ...]
    objects: tuple[str, ...]
    forgotten: tuple[str, ...]
    lattice_removed: bool


# ---------------------------------------------------------------- check-ups


class Finding(Struct, frozen=True, gc=False):
    """One check: whether all is well, what was found, and what to do where it is not.

    `lattice` is None for checks of the whole database.
    """

    lattice: str | None
    check: str
    ok: bool
    found: str
    advice: str = ""


class DoctorReport(Struct, frozen=True, gc=False):
    """Every check of a database, in the order in which they were made."""

    place: str
    sound: bool
    findings: tuple[Finding, ...]
