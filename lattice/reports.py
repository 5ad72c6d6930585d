"""What is in a result set, what undoing one did, what a check-up found: as frozen dataclasses.

They encode themselves as those of `lattice.model` do. `None` always means "not there".
"""

from __future__ import annotations

from dataclasses import dataclass

from lattice.model import ResultSet, TrainingSet

# ---------------------------------------------------------------- result sets


@dataclass(frozen=True, slots=True)
class ResultEntry:
    """One result set in a list; `superseded` of its evaluations do not count, others do instead."""

    result_set: ResultSet
    superseded: int


@dataclass(frozen=True, slots=True)
class Supersession:
    """Another result set, and how many evaluations it settles or has settled for it."""

    result_set: int
    name: str
    evaluations: int


@dataclass(frozen=True, slots=True)
class ResultDetail:
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


@dataclass(frozen=True, slots=True)
class ResultName:
    """A result set as answers name it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class MeasureDiff:
    """Two result sets under one measure: how many scores are the same, differ, or stand alone.

    A score is that of one training set and one replicate. `largest` is the largest difference.
    """

    measure: str
    same: int
    other: int
    only_first: int
    only_second: int
    largest: float | None


@dataclass(frozen=True, slots=True)
class ScoreDifference:
    """One training set and replicate with two scores; `difference` is the second less the first."""

    training_set: TrainingSet
    measure: str
    replicate: str | None
    first: float
    second: float
    difference: float


@dataclass(frozen=True, slots=True)
class LoneScore:
    """A score that only one of two result sets has."""

    training_set: TrainingSet
    measure: str
    replicate: str | None
    score: float


@dataclass(frozen=True, slots=True)
class ResultsDiff:
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


@dataclass(frozen=True, slots=True)
class UndoReport:
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


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether all is well, what was found, and what to do where it is not.

    `lattice` is None for checks of the whole database.
    """

    lattice: str | None
    check: str
    ok: bool
    found: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """Every check of a database, in the order in which they were made."""

    place: str
    sound: bool
    findings: tuple[Finding, ...]
