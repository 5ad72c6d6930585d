"""What an import understood, what stayed open, and the mapping that would say it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lattice.errors import ImportRefused
from lattice.importing import mapping as mappings
from lattice.importing.mapping import Mapping, MetricEntry, ObjectEntry
from lattice.importing.metrics import direction_of, is_share
from lattice.importing.records import Reading, Refusals
from lattice.importing.writer import ResultSetWriter
from lattice.model import ImportedResults, OpenQuestion, ReadMeasure, ReplicateKind
from lattice.storage import Writer

_MOST_NAMED = 200
_FEWEST_REPLICATES = 3
_UNLIKELY = 1e-6
_NOTHING = frozenset({"none", "nothing", "baseline", "base", "no data", "null"})
_BEYOND_A_SHARE = 1.5
_JOINERS = (" ", "/", "&", "-", "_", ".")


class Understanding:
    """Collects what readings understood, and reports on a result set when it is stored."""

    def __init__(self, mapping: Mapping, known: frozenset[str]) -> None:
        self._mapping, self._known = mapping, known
        self._understood: list[str] = []
        self._said: list[dict[str, Any]] = []
        self._questions: list[OpenQuestion] = []
        self._objects: dict[str, None] = {}

    def add(self, reading: Reading) -> None:
        """Take one reading into account."""
        self._understood.append(reading.understood)
        self._said.append(reading.mapping)
        self._questions += reading.questions
        self._objects |= dict.fromkeys(reading.objects)

    def report(
        self, writer: Writer, target: ResultSetWriter, moves: int, refusals: Refusals
    ) -> ImportedResults:
        """The report on a stored result set; checks what can only be checked at the end."""
        directions = {key.metric: found.direction for key, found in target.measures.items()}
        measures = tuple(
            ReadMeasure(
                name=f"{key.metric}/{key.evaluation_set}"
                + (f"@{key.protocol}" if len({k.protocol for k in target.tallies}) > 1 else ""),
                direction=directions[key.metric],
                evaluations=tally.evaluations,
                lowest=tally.lowest,
                highest=tally.highest,
            )
            for key, tally in target.tallies.items()
        )
        self._refuse_nothing(target, measures, refusals)
        notes: list[str] = []
        kind = self._mapping.replicates.kind
        if self._replicates_are_sorted(writer, target):
            target.mark_unlabelled()
            kind = "unlabelled"
            notes.append(
                "The replicates are sorted within every cell: their labels do not say which"
                " belong together. They are stored as unlabelled and never paired."
            )
            self._ask(
                "If the order is real (labels of splits or seeds that only happen to be sorted)",
                "[replicates]\nsorted = true",
            )
        elif kind == "unlabelled" and any(seed is not None for seed, _ in target.replicates):
            self._ask(
                "The kind of replicate is not said: errors of deltas are given as upper limits."
                " If one seed means one split or initialization for many sets it is shared; if"
                " every cell drew afresh, independent",
                '[replicates]\nkind = "shared"',
            )
        sets = len(target.words)
        if self._mapping.design == "unknown" and sets == 1 << min(len(self._objects), 40):
            target.mark_complete()
        self._ask_about_metrics(target, directions)
        self._ask_about_names()
        if self._known and not self._known & self._objects.keys():
            notes.append(
                f"None of the objects was in the lattice {target.new.lattice!r} before: is it"
                " the right one?"
            )
        return ImportedResults(
            lattice=target.new.lattice,
            name=target.new.name,
            understood=tuple(dict.fromkeys(self._understood)),
            already_imported=False,
            objects=target.objects.added,
            training_sets=int(target.new_sets.sum()),
            moves=moves,
            measures=target.measures.added,
            evaluations=sum(each.evaluations for each in measures),
            notes=tuple(notes),
            result_set=target.result_set,
            object_names=tuple(self._objects)[:_MOST_NAMED],
            read_sets=sets,
            read_measures=measures,
            replicates=len({seed for seed, _ in target.replicates if seed is not None}),
            replicate_kind=kind,
            conflicts=target.conflicts,
            refused=tuple(str(each) for each in refusals.found),
            refused_count=refusals.count,
            questions=tuple(dict.fromkeys(self._questions)),
            mapping=mappings.to_toml(self._whole_mapping(directions, kind)),
        )

    # -------------------------------------------------------- checks

    def _ask(self, what: str, say: str) -> None:
        self._questions.append(OpenQuestion(what, say))

    def _refuse_nothing(
        self, target: ResultSetWriter, measures: Sequence[ReadMeasure], refusals: Refusals
    ) -> None:
        if measures or refusals.found:
            return
        raise ImportRefused(
            f"{', '.join(each.name for each in target.new.files[:3])}: no row has a score.",
            hint="There is nothing to import.",
        )

    def _replicates_are_sorted(self, writer: Writer, target: ResultSetWriter) -> bool:
        """Whether the scores of every cell go up, or down, with their label, beyond chance."""
        said = self._mapping.replicates
        if said.sorted or said.repeated_rows or said.kind == "nested":
            return False
        if len(target.replicates) < _FEWEST_REPLICATES:
            return False
        ascending, descending, differing = True, True, 0.0
        last: tuple[int, int] | None = None
        last_score = 0.0
        for keys, score in writer.replicate_scores(target.result_set):
            same = np.empty(len(score), dtype=np.bool_)
            same[1:] = (keys[1:, :2] == keys[:-1, :2]).all(axis=1)
            same[0] = last == (keys[0, 0], keys[0, 1])
            step = np.diff(score, prepend=last_score)[same]
            ascending &= bool((step >= 0).all())
            descending &= bool((step <= 0).all())
            differing += int((step != 0).sum())
            if not (ascending or descending):
                return False
            last, last_score = (int(keys[-1, 0]), int(keys[-1, 1])), float(score[-1])
        # Each further replicate of a cell falls into order with a chance of one half at most.
        return bool(0.5**differing < _UNLIKELY)

    def _ask_about_metrics(self, target: ResultSetWriter, directions: dict[str, Any]) -> None:
        for name, direction in directions.items():
            usual = direction_of(name)
            if usual is not None and usual != direction:
                self._ask(
                    f"{name!r} is said to be better when {direction}; usually it is better when"
                    f" {usual}",
                    f'[[metrics]]\nname = "{name}"\ndirection = "{usual}"',
                )
        highest: dict[str, float] = {}
        for key, tally in target.tallies.items():
            highest[key.metric] = max(tally.highest, highest.get(key.metric, -np.inf))
        for name, score in highest.items():
            declared = any(each.name == name and each.range for each in self._mapping.metrics)
            if is_share(name) and score > _BEYOND_A_SHARE and not declared:
                self._ask(
                    f"The scores of {name!r} reach {score:g}: are they percent? They are kept as"
                    " they are; `scale = 0.01` under [[measures]] would make shares of them",
                    f'[[metrics]]\nname = "{name}"\ndirection = "{directions[name]}"\n'
                    "range = [0, 100]",
                )

    def _ask_about_one_name(self) -> None:
        """Names that differ in their case only, and names that may mean no object at all."""
        by_fold: dict[str, str] = {}
        for name in self._objects:
            other = by_fold.setdefault(name.casefold(), name)
            if other != name:
                self._ask(
                    f"{name!r} and {other!r} were read as two objects; if they are one",
                    f'[[objects]]\nname = "{other}"\naliases = ["{name}"]',
                )
            if name.casefold() in _NOTHING:
                self._ask(
                    f"{name!r} was read as an object; if it is the set without any",
                    f'[sets.aliases]\n"{name}" = "empty"',
                )

    def _ask_about_names(self) -> None:
        """Names that look like several joined by a sign that is no separator."""
        if self._mapping.objects:
            return
        self._ask_about_one_name()
        if self._mapping.sets.separator:
            return
        for sign in _JOINERS:
            pieces = [name.split(sign) for name in self._objects if sign in name.strip(sign)]
            flat = [piece for each in pieces for piece in each]
            alone = {name for name in self._objects if sign not in name}
            if len(pieces) > 1 and (set(flat) <= alone or (alone and alone <= set(flat))):
                joined = next(name for name in self._objects if sign in name)
                self._ask(
                    f"{joined!r} was read as one object; if it is several, joined by {sign!r}",
                    f'[sets]\nseparator = "{sign}"',
                )
                return

    def _whole_mapping(self, directions: dict[str, Any], kind: ReplicateKind) -> Mapping:
        """What the mapping said, and all that was found besides."""
        mapping = self._mapping
        listed = {each.name for each in mapping.metrics}
        metrics = tuple(
            MetricEntry(name, direction)
            for name, direction in directions.items()
            if name not in listed
        )
        whole = replace(mapping, metrics=(*mapping.metrics, *metrics))
        if not mapping.objects and len(self._objects) <= _MOST_NAMED:
            whole = replace(whole, objects=tuple(ObjectEntry(name) for name in self._objects))
        if len({repr(each) for each in self._said}) == 1:
            whole = mappings.merged(whole, self._said[0])
        return replace(whole, replicates=replace(whole.replicates, kind=kind))
