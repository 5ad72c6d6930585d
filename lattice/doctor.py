"""A check-up of a database: looks for what should never be, and says what to do about it."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lattice.errors import NotALattice
from lattice.lookup import SetLookup
from lattice.model import DataObject
from lattice.notation import Universe
from lattice.reports import DoctorReport, Finding
from lattice.storage import Snapshot, Storage
from lattice.storage.checks import Checks, Lock
from lattice.stored import Catalog, Identifiers
from lattice.subsets import Words, has_object, mask_of_members, word_count, words_of_members

_MOST_NAMED = 5
_BACKUP = "Restore the database from a backup, or import its result sets into a new database."
_UNDO = "Undo the result sets that it comes from and import them again (`lattice results`)."


def examine(storage: Storage) -> DoctorReport:
    """Check the database and then, where it is right itself, every lattice in it; only reads."""
    findings: list[Finding] = []
    try:
        with storage.reading() as snapshot:
            for each in _findings(snapshot):
                findings.append(each)  # what was found stays found when reading fails
    except NotALattice as error:
        if all(each.ok for each in findings):
            findings.append(_finding(None, "file", [error.message.rstrip(".")], "", _BACKUP))
    return DoctorReport(storage.place, all(each.ok for each in findings), tuple(findings))


def _findings(snapshot: Snapshot) -> Iterator[Finding]:
    checks = Checks(snapshot)
    damage = checks.damage()
    yield _finding(None, "file", damage, "every page can be read", _BACKUP)
    if damage:
        return
    missing = checks.missing_parts()
    revision, current = checks.revisions()
    if revision != current:
        missing.insert(0, f"revision {current} (it has {revision})")
    said = [f"missing: {', '.join(missing)}"] if missing else []
    yield _finding(None, "schema", said, f"revision {current}, complete", _BACKUP)
    if missing:
        return
    broken = [
        f"{count:,} of {table} refer to nothing"
        for table, count in checks.broken_references().items()
    ]
    yield _finding(None, "references", broken, "every row refers to rows that are there", _BACKUP)
    if broken:
        return
    locks = [_lock(each) for each in checks.locks()]
    yield from locks or [Finding(None, "lock", True, "no import is running")]
    evaluated = checks.evaluated_measures()
    for lattice_id, name in checks.lattices():
        objects = _objects(checks, lattice_id, name)
        yield objects
        if objects.ok:
            yield from _LatticeChecks(checks, snapshot.catalog(name), evaluated).findings()


def _finding(
    lattice: str | None, check: str, wrong: Sequence[str], right: str, advice: str
) -> Finding:
    if wrong:
        return Finding(lattice, check, False, "; ".join(wrong), advice)
    return Finding(lattice, check, True, right)


def _objects(checks: Checks, lattice_id: int, name: str) -> Finding:
    """Whether positions are 0, 1, ..., and evaluation sets consist of objects that are there."""
    found = checks.positions(lattice_id)
    wrong = [] if found == list(range(len(found))) else [f"their positions are {_few(found)}"]
    wrong += [
        f"the evaluation set {each!r} is not a set of them"
        for each, members in checks.evaluation_sets(lattice_id).items()
        if members.endswith(b"\0") or mask_of_members(members) >> len(found)
    ]
    return _finding(name, "objects", wrong, f"{len(found):,}, in their places", _BACKUP)


def _lock(lock: Lock) -> Finding:
    """Whether an import that says to be running is, as far as can be seen from here."""
    said = f"{lock.holder} is {lock.doing}, since {lock.since}"
    if _may_be_running(lock.holder):
        return Finding(None, "lock", True, said)
    return Finding(
        None,
        "lock",
        False,
        f"{said}; but that process is gone: it was killed",
        "All that it wrote was rolled back. Do again what it was doing; the next import takes"
        " the lock over by itself.",
    )


def _may_be_running(holder: str) -> bool:
    """Whether the process is there; of other machines nothing is known."""
    found = re.search(r"@(\S+), process (\d+)", holder)
    if found is None or found[1] != socket.gethostname():
        return True
    try:
        os.kill(int(found[2]), 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# ------------------------------------------------------------------ one lattice


class _LatticeChecks:
    """The checks of one lattice."""

    def __init__(self, checks: Checks, catalog: Catalog, evaluated: set[int]) -> None:
        self._checks, self._catalog, self._evaluated = checks, catalog, evaluated
        self._universe = Universe(catalog.objects)
        self._n = len(catalog.objects)

    def findings(self) -> Iterator[Finding]:
        """Every check, in order; moves are compared only where sets and objects are right."""
        ids, members, wrong_ranks = self._read_sets()
        canonical = self._canonical(members)
        yield self._said("ranks", wrong_ranks, "every set has the rank of its members")
        yield canonical
        if canonical.ok:
            words = words_of_members(members, word_count(self._n))
            yield self._variants(words)
            yield self._moves(ids, words)
        yield from self._evaluations()
        yield self._files()

    def _said(self, check: str, wrong: Sequence[str], right: str, advice: str = _UNDO) -> Finding:
        return _finding(self._catalog.name, check, wrong, right, advice)

    # -------------------------------------------------------- objects and sets

    def _read_sets(self) -> tuple[Identifiers, list[bytes], list[str]]:
        """Ids and members of all sets, and which ranks are wrong."""
        ids: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)]
        members: list[bytes] = []
        wrong: list[int] = []
        for part in self._checks.sets(self._catalog.id):
            ids.append(np.array([each.id for each in part], dtype=np.int64))
            members += [each.members for each in part]
            wrong += [e.id for e in part if mask_of_members(e.members).bit_count() != e.rank]
        said = [f"wrong for {len(wrong):,} sets (ids {_few(wrong)})"] if wrong else []
        return np.concatenate(ids), members, said

    def _canonical(self, members: Sequence[bytes]) -> Finding:
        padded = sum(each.endswith(b"\0") for each in members)
        beyond = sum(
            len(each) > self._n // 8 and mask_of_members(each) >> self._n > 0 for each in members
        )
        wrong = [f"{padded:,} end in a zero byte"] if padded else []
        wrong += [f"{beyond:,} hold objects that do not exist"] if beyond else []
        return self._said("sets", wrong, f"{len(members):,}, in their canonical form")

    def _variants(self, words: Words) -> Finding:
        families: dict[str, list[DataObject]] = {}
        for each in self._catalog.objects:
            families.setdefault(each.variant_of or each.name, []).append(each)
        wrong = []
        for base, family in families.items():
            if len(family) < 2:
                continue
            held = np.sum([has_object(words, each.position) for each in family], axis=0)
            if (held > 1).any():
                wrong.append(f"{int((held > 1).sum()):,} sets hold two variants of {base!r}")
        return self._said("variants", wrong, "no set holds two variants of one object")

    # -------------------------------------------------------- moves

    def _moves(self, ids: Identifiers, words: Words) -> Finding:
        comparison = _Moves(self._checks, ids, np.array(self._catalog.object_ids, dtype=np.int64))
        lookup = SetLookup(words, self._n)
        for lower, position, upper in lookup.covering_pairs(np.arange(len(ids))):
            comparison.compare(lower, position, upper)
        missing, wrong, right = comparison.finished()
        said = [f"{missing:,} are missing"] if missing else []
        said += [f"{wrong:,} are wrong"] if wrong else []
        return self._said("moves", said, f"{right:,}, complete")

    # -------------------------------------------------------- evaluations

    def _evaluations(self) -> Iterator[Finding]:
        lattice_id = self._catalog.id
        count, first = self._checks.sets_of_no_result_set(lattice_id)
        bare = [f"no result set has {count:,} of the sets ({self._names(first)})"] if count else []
        bare += [
            f"the measure {measure.name} has none"
            for identifier, measure in zip(
                self._catalog.measure_ids, self._catalog.measures, strict=True
            )
            if identifier not in self._evaluated
        ]
        yield self._said(
            "evaluations", bare, "every set is in a result set, every measure has some"
        )
        lost = self._checks.lost_supersessions(lattice_id)
        none, several = self._checks.unsettled_keys(lattice_id)
        wrong = [f"{lost:,} give way to a score that is not there"] if lost else []
        wrong += [f"under {none:,} keys no score counts"] if none else []
        wrong += [f"under {several:,} keys differing scores count"] if several else []
        yield self._said("conflicts", wrong, "all settled")

    def _names(self, members: Sequence[bytes]) -> str:
        names = []
        for each in members:
            mask = mask_of_members(each)
            names.append("?" if mask >> self._n else self._universe.spell(mask))
        return ", ".join(names)

    def _files(self) -> Finding:
        wrong = [
            f"{each}: not numbered" for each in self._checks.files_misnumbered(self._catalog.id)
        ]
        lost = self._checks.evaluations_of_no_file(self._catalog.id)
        wrong += [f"{lost:,} evaluations come from a file that is not listed"] if lost else []
        return self._said("source files", wrong, "numbered")


class _Moves:
    """Compares stored moves with computed ones while both come in the order of lower sets."""

    def __init__(self, checks: Checks, ids: Identifiers, object_ids: Identifiers) -> None:
        self._checks, self._ids, self._object_ids = checks, ids, object_ids
        self._next = 0
        self._missing = self._wrong = self._right = 0

    def compare(self, lower: Identifiers, position: Identifiers, upper: Identifiers) -> None:
        """Compare the moves up from the rows after the last ones seen, up to the last of these."""
        if len(lower):
            self._against(int(lower[-1]), lower, position, upper)

    def finished(self) -> tuple[int, int, int]:
        """How many moves are missing, wrong and right."""
        if self._next < len(self._ids):
            nothing = np.empty(0, dtype=np.int64)
            self._against(len(self._ids) - 1, nothing, nothing, nothing)
        return self._missing, self._wrong, self._right

    def _against(
        self, last: int, lower: Identifiers, position: Identifiers, upper: Identifiers
    ) -> None:
        expected = np.column_stack(
            [self._ids[lower], self._object_ids[position], self._ids[upper]]
        ).astype(np.int64)
        stored = [np.empty((0, 3), dtype=np.int64)]
        for part in self._checks.moves(int(self._ids[self._next]), int(self._ids[last])):
            place = np.minimum(np.searchsorted(self._ids, part[:, 0]), len(self._ids) - 1)
            stored.append(part[self._ids[place] == part[:, 0]])  # others are another lattice's
        right = _common(expected, np.concatenate(stored))
        self._right += right
        self._missing += len(expected) - right
        self._wrong += sum(map(len, stored)) - right
        self._next = last + 1


def _common(one: Identifiers, two: Identifiers) -> int:
    """How many rows (M, 3) two tables of distinct rows have in common."""
    if np.array_equal(one, two):  # as it should be, and fast
        return len(one)
    both = np.concatenate([one, two])
    ordered = both[np.lexsort(both.T)]
    return int((ordered[1:] == ordered[:-1]).all(axis=1).sum())


def _few(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NAMED]))
    return shown + (", ..." if len(numbers) > _MOST_NAMED else "")
