"""The one writer of result sets: stores records as they are read, whole or not at all.

One `ResultSetWriter` stores one result set inside one transaction; it holds the packed sets that
it met, and a block of records at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.errors import ImportRefused, LatticeError
from lattice.importing import mapping as mappings
from lattice.importing.conflicts import Conflicts, Keys
from lattice.importing.entries import Measures, Objects, StoredMeasure
from lattice.importing.labels import replicate_number
from lattice.importing.mapping import Mapping
from lattice.importing.moves import store_moves
from lattice.importing.records import (
    MeasureKey,
    Progress,
    Reading,
    Records,
    Refusals,
    chosen_records,
    chosen_rows,
    where,
)
from lattice.importing.register import SetRegister
from lattice.model import OnConflict, ReplicateKind, SourceFile
from lattice.storage import Writer, new_state
from lattice.subsets import Words, words_of_masks


@dataclass(frozen=True)
class NewResultSet:
    """A result set to be stored.

    `files` are its source files in the order in which readings number them.
    """

    lattice: str
    name: str
    mapping: Mapping
    files: tuple[SourceFile, ...]
    digest: str


@dataclass
class MeasureTally:
    """What was read of one measure."""

    evaluations: int = 0
    lowest: float = np.inf
    highest: float = -np.inf

    def count(self, score: NDArray[np.float64]) -> None:
        """Count scores in."""
        if len(score):
            self.evaluations += len(score)
            self.lowest = min(self.lowest, float(score.min()))
            self.highest = max(self.highest, float(score.max()))


class ResultSetWriter:
    """Stores one result set, block by block.

    Attributes:
        result_set: its id.
        lattice_id: the lattice's id.
        objects, measures: what it names, matched with what the lattice has.
        tallies: what was read of each measure.
    """

    def __init__(
        self,
        writer: Writer,
        new: NewResultSet,
        on_conflict: OnConflict,
        refusals: Refusals | None = None,
    ) -> None:
        """Begin a result set.

        Raises:
            Conflict: an object is known to be different.
        """
        self._writer, self.new = writer, new
        self._refusals = refusals or Refusals()
        self.lattice_id, is_new = _store_lattice(writer, new)
        source = new.files[0].name if new.files else new.name
        self.objects = Objects(writer, self.lattice_id, new.mapping, source)
        self.measures = Measures(writer, self.lattice_id, self.objects, new.mapping)
        self.result_set = _store_result_set(writer, self.lattice_id, new)
        self._may_meet = not is_new and writer.count_sets(self.lattice_id, most=1) > 0
        self._register = SetRegister(self.objects.universe.n)
        self._new_sets: list[NDArray[np.bool_]] = []
        self._conflicts = Conflicts(writer, on_conflict, self.result_set, new.digest)
        self._declared_seen: set[str] = set()
        self._known_files: set[str] = set()
        self.tallies: dict[MeasureKey, MeasureTally] = {}
        self.replicates: set[tuple[str | None, ...]] = set()

    # -------------------------------------------------------- reading

    def read(self, reading: Reading) -> None:
        """Store everything that a reading brings.

        Raises:
            ImportRefused: a row cannot be stored, or repeats another one.
            Conflict: something named is known to be different.
        """
        self.objects.add(reading.objects)
        self.measures.directions |= reading.directions
        numbers = self._number_files(reading)
        self._register = self._register.grown(self.objects.universe.n)
        for block in reading.blocks:
            self._store(reading, block, numbers)
        self.replicates |= set(reading.replicates.number)

    def _number_files(self, reading: Reading) -> NDArray[np.int64]:
        """Numbers of the reading's files within the result set."""
        number = {each.name: place for place, each in enumerate(self.new.files)}
        for name in reading.files:
            if name not in self._known_files:
                self._known_files.add(name)
                self._writer.set_unit(self.result_set, number[name], reading.unit)
        return np.array([number[name] for name in reading.files], dtype=np.int64)

    def _store(self, reading: Reading, block: Records, file_numbers: NDArray[np.int64]) -> None:
        words = self.objects.words(block.words, reading.objects)
        block = self._without_refused(reading, replace(block, words=words))
        keys = list(reading.measures.number)
        codes = np.unique(block.measure).tolist()
        found = {code: self._measure(keys[code], reading, block, code) for code in codes}
        block = self._inside(reading, block, found)
        for code in codes:
            tally = self.tallies.setdefault(MeasureKey(*map(str, keys[code])), MeasureTally())
            tally.count(block.score[block.measure == code])
        id_of_measure = np.zeros(max(codes, default=0) + 1, dtype=np.int64)
        id_of_measure[codes] = [found[code].id for code in codes]
        set_of_row = self._sets(block.words)
        scored = np.zeros(len(block.words), dtype=np.bool_)
        scored[block.row] = True
        if not scored.all():
            self._writer.note_unscored(self.result_set, set_of_row[~scored].tolist())
        if len(block.score) == 0:
            return
        labels = list(reading.replicates.number)
        keyed = Keys(
            set=set_of_row[block.row],
            measure=id_of_measure[block.measure],
            number=np.array([replicate_number(key[0]) for key in labels])[block.replicate],
            inner=np.array([0 if key[1] is None else replicate_number(key[1]) for key in labels])[
                block.replicate
            ],
            label=[labels[code][0] for code in block.replicate.tolist()],
        )
        if self.new.mapping.replicates.repeated_rows:
            keyed = self._numbered_by_appearance(keyed)
        files = np.zeros(len(block.words), dtype=np.int64) if block.file is None else block.file
        self._insert(block, keyed, file_numbers[files][block.row])

    def _measure(
        self, key: tuple[str | None, ...], reading: Reading, block: Records, code: int
    ) -> StoredMeasure:
        first = int(np.argmax(block.measure == code))
        place = where(reading, block, int(block.row[first]))
        return self.measures.of(MeasureKey(*map(str, key)), place)

    def _without_refused(self, reading: Reading, block: Records) -> Records:
        """The block without sets that hold two variants of one object."""
        while (wrong := self.objects.two_variants(block.words)) is not None:
            base, row = wrong
            self._refusals.add(
                ImportRefused(
                    f"{where(reading, block, row)}: the training set holds two variants of the"
                    f" object {base!r}.",
                    hint="Such a set is inadmissible; is `variant_of` right in the mapping?",
                )
            )
            kept = np.ones(len(block.words), dtype=np.bool_)
            kept[row] = False
            block = chosen_rows(block, kept)
        return block

    def _inside(self, reading: Reading, block: Records, found: dict[int, StoredMeasure]) -> Records:
        """The block without scores outside the range or the domain of their measure."""
        good = np.ones(len(block.score), dtype=np.bool_)
        for code, measure in found.items():
            here = np.flatnonzero(block.measure == code)
            key = list(reading.measures.number)[code]
            for each in here[measure.outside_range(block.score[here])].tolist():
                good[each] = False
                self._refusals.add(
                    ImportRefused(
                        f"{where(reading, block, int(block.row[each]))}: the score {float(block.score[each])!r}"
                        f" lies outside the range [{measure.low:g}, {measure.high:g}] of the"
                        f" metric {key[0]!r}.",
                        hint="Correct the range in the mapping; bounds rest on it.",
                    )
                )
            for each in here[measure.outside_domain(block.words[block.row[here]])].tolist():
                good[each] = False
                self._refusals.add(
                    ImportRefused(
                        f"{where(reading, block, int(block.row[each]))}: {key[0]}/{key[1]} is undefined for this"
                        " training set by its domain, and yet has a score.",
                        hint="Correct the domain in the mapping, or drop the row.",
                    )
                )
        return chosen_records(block, good)

    # -------------------------------------------------------- sets

    def _sets(self, words: Words) -> NDArray[np.int64]:
        """Ids of the sets (R, W), shape (R,); what is new is stored."""
        distinct, of_row = _distinct(words)
        ids = self._register.find(distinct)
        unmet = np.flatnonzero(ids == 0)
        if len(unmet):
            if self._may_meet:
                ids[unmet] = self._writer.find_sets(self.lattice_id, distinct[unmet])
            unstored = np.flatnonzero(ids == 0)
            if len(unstored):
                ids[unstored] = self._writer.add_sets(self.lattice_id, distinct[unstored])
            self._register.add(distinct[unmet], ids[unmet])
            is_new = np.zeros(len(distinct), dtype=np.bool_)
            is_new[unstored] = True
            self._new_sets.append(is_new[unmet])
        return np.asarray(ids[of_row])

    def _numbered_by_appearance(self, keys: Keys) -> Keys:
        """Replicates without a label, numbered 1, 2, ... in each cell as they come."""
        before: dict[tuple[int, int], int] = {}
        for row in self._writer.evaluations_of(
            np.unique(keys.set).tolist(), result_set=self.result_set
        ):
            cell = (row["training_set_id"], row["measure_id"])
            before[cell] = before.get(cell, 0) + 1
        numbers = []
        for cell in zip(keys.set.tolist(), keys.measure.tolist(), strict=True):
            before[cell] = before.get(cell, 0) + 1
            numbers.append(before[cell])
        return replace(keys, number=np.array(numbers), label=[str(each) for each in numbers])

    # -------------------------------------------------------- evaluations

    def _insert(self, block: Records, keys: Keys, files: NDArray[np.int64]) -> None:
        places = block.places[block.row]
        of_row = self._declared(block.words)
        if block.declared is not None:
            of_row |= block.declared
        declared = of_row[block.row]
        superseded = np.zeros(len(keys.set), dtype=np.int64)
        if self._may_meet:
            keys, superseded = self._conflicts.settle(
                keys, block.score, lambda each: self._place(int(files[each]), int(places[each]))
            )
        order = np.lexsort((keys.inner, keys.number, keys.measure, keys.set))
        order = self._without_repeats(keys, order, block, files)
        attributes = block.attributes
        by = superseded[order].tolist()
        listed = order.tolist()
        added = self._writer.add_evaluations(
            {
                "training_set_id": keys.set[order].tolist(),
                "measure_id": keys.measure[order].tolist(),
                "replicate": keys.number[order].tolist(),
                "inner_replicate": keys.inner[order].tolist(),
                "result_set_id": [self.result_set] * len(order),
                "seed_label": [keys.label[each] for each in listed],
                "origin": np.where(declared[order], "declared", "measured").tolist(),
                "score": block.score[order].tolist(),
                "superseded_by": [each or None for each in by],
                "file_number": files[order].tolist(),
                "place": places[order].tolist(),
                "attributes": [None] * len(order)
                if attributes is None
                else [attributes[each] for each in listed],
            }
        )
        if added < len(order):
            self._refuse_repeat(keys, order, block, files)

    def _without_repeats(
        self, keys: Keys, order: NDArray[np.int64], block: Records, files: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The order without records whose key another record of the block has."""
        columns = (keys.set, keys.measure, keys.number, keys.inner)
        same = np.ones(max(len(order) - 1, 0), dtype=np.bool_)
        for column in columns:
            same &= column[order][1:] == column[order][:-1]
        again = np.flatnonzero(same)
        if len(again) == 0:
            return order
        for each in again.tolist():
            first, second = int(order[each]), int(order[each + 1])
            earlier = (
                self._place(int(files[first]), int(block.places[block.row[first]])),
                float(block.score[first]),
            )
            self._refusals.add(self._repeat(block, files, keys, second, earlier))
        return np.delete(order, again + 1)

    def _refuse_repeat(
        self, keys: Keys, order: NDArray[np.int64], block: Records, files: NDArray[np.int64]
    ) -> None:
        """Say which record's key an earlier block of this result set has."""
        stored = {}
        for row in self._writer.evaluations_of(
            np.unique(keys.set).tolist(), result_set=self.result_set
        ):
            key = (
                row["training_set_id"],
                row["measure_id"],
                row["replicate"],
                row["inner_replicate"],
            )
            stored[key] = row
        for each in order.tolist():
            row = stored[keys.key(each)]
            place = (int(files[each]), int(block.places[block.row[each]]))
            if (row["file_number"], row["place"]) != place:
                earlier = (self._place(row["file_number"], row["place"]), row["score"])
                self._refusals.add(self._repeat(block, files, keys, each, earlier))

    def _repeat(
        self,
        block: Records,
        files: NDArray[np.int64],
        keys: Keys,
        second: int,
        earlier: tuple[str, float],
    ) -> ImportRefused:
        here = self._place(int(files[second]), int(block.places[block.row[second]]))
        same = earlier[1] == float(block.score[second])
        measure_of = {measure.id: key for key, measure in self.measures.items()}
        key = measure_of[int(keys.measure[second])]
        scores = "" if same else f", scores {earlier[1]!s} and {float(block.score[second])!s}"
        return ImportRefused(
            f"{here} {'repeats' if same else 'disagrees with'} {earlier[0]}: the same training"
            f" set, {key.metric}/{key.evaluation_set} and replicate{scores}.",
            hint="If they are replicates, name the column that tells them apart in a mapping:"
            ' [columns] seed = "..."; without one, [replicates] repeated_rows = true.',
        )

    def _place(self, file_number: int, place: int) -> str:
        names = self._writer.file_names(self.result_set)
        name, unit = names[file_number]
        return f"{name}, {unit} {place}"

    def _declared(self, words: Words) -> NDArray[np.bool_]:
        """Which of the sets (R, W) have scores that are conventions of the source."""
        declared = np.zeros(len(words), dtype=np.bool_)
        for text in self.new.mapping.sets.declared:
            try:
                mask = self.objects.universe.read(text)
            except LatticeError:  # its objects may come with a later file; `finish` asks again
                continue
            same = (words == words_of_masks([mask], words.shape[1])).all(axis=1)
            declared |= same
            if same.any():
                self._declared_seen.add(text)
        return declared

    # -------------------------------------------------------- the end

    def finish(self, progress: Progress) -> int:
        """Complete the moves and close the result set; how many moves are new.

        Raises:
            ImportRefused: nothing was read, or a declared set was never met.
            Conflict: scores disagree with stored ones, and nothing says what to do.
        """
        for text in self.new.mapping.sets.declared:
            if text not in self._declared_seen:
                raise ImportRefused(
                    f"The mapping declares the set {text!r}, which no file has.",
                    hint="Take it out of sets.declared.",
                )
        self._refuse_unlike_nesting()
        self._writer.forget_scored(self.result_set)
        self._conflicts.refuse_unsettled(self.objects.universe)
        self._register = self._register.grown(self.objects.universe.n)
        new = self.new_sets
        moves = store_moves(
            self._writer,
            self.lattice_id,
            self.objects,
            self._register.words[new],
            self._register.ids[new],
            old_sets=self._may_meet,
            progress=progress,
        )
        self._writer.touch(self.lattice_id, self._register.ids)
        return moves

    @property
    def new_sets(self) -> NDArray[np.bool_]:
        """Which of the sets that were read are new in the lattice, in order of appearance."""
        return np.concatenate([np.empty(0, dtype=np.bool_), *self._new_sets])

    @property
    def words(self) -> Words:
        """The distinct sets that were read, over the lattice's objects."""
        return self._register.words

    @property
    def conflicts(self) -> int:
        """How many scores disagreed with stored ones."""
        return self._conflicts.count

    def mark_unlabelled(self) -> None:
        """Store that replicates have no identity after all."""
        kind: ReplicateKind = "unlabelled"
        self._writer.change(schema.result_set, self.result_set, {"replicate_kind": kind})

    def mark_complete(self) -> None:
        """Store that all sets of the objects were trained."""
        self._writer.change(schema.result_set, self.result_set, {"design": "complete"})

    def _refuse_unlike_nesting(self) -> None:
        has_inner = any(key[1] for key in self.replicates)
        if (self.new.mapping.replicates.kind == "nested") != has_inner:
            raise ImportRefused(
                "Nested replicates need an inner seed, and only they have one.",
                hint='Say both in the mapping: [columns] inner_seed = "..." and [replicates] kind'
                ' = "nested".',
            )


def _distinct(words: Words) -> tuple[Words, NDArray[np.int64]]:
    """Distinct rows in order of first appearance, and each row's place among them."""
    if words.shape[1] == 1:
        _, first, of_row = np.unique(words[:, 0], return_index=True, return_inverse=True)
    else:
        octets = np.ascontiguousarray(words).view(f"V{words.shape[1] * 8}")[:, 0]
        _, first, of_row = np.unique(octets, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return words[first[order]], rank[of_row.reshape(-1)]


def _store_lattice(writer: Writer, new: NewResultSet) -> tuple[int, bool]:
    """The id of the lattice, and whether it is new."""
    stored = writer.find_lattice(new.lattice)
    said = {"title": new.mapping.title, "description": new.mapping.description}
    if stored is None:
        values = {"name": new.lattice, **said, "revision": 0, "state": new_state()}
        return writer.add(schema.lattice, values), True
    missing = {name: text for name, text in said.items() if text and stored[name] is None}
    if missing:
        writer.change(schema.lattice, stored["id"], missing)
    return int(stored["id"]), False


def _store_result_set(writer: Writer, lattice_id: int, new: NewResultSet) -> int:
    mapping = new.mapping
    identifier = writer.add(
        schema.result_set,
        {
            "lattice_id": lattice_id,
            "name": new.name,
            "digest": new.digest,
            "mapping": mappings.canonical(mapping),
            "title": mapping.title,
            "description": mapping.description,
            "source": mapping.source,
            "licence": mapping.licence,
            "design": mapping.design,
            "replicate_kind": mapping.replicates.kind,
            "blocks": mapping.replicates.blocks,
            "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "imported_by": f"datalattice {version('datalattice')}",
        },
    )
    writer.add_all(
        schema.source_file,
        {
            "result_set_id": [identifier] * len(new.files),
            "name": [each.name for each in new.files],
            "sha256": [each.sha256 for each in new.files],
            "number": list(range(len(new.files))),
        },
    )
    return identifier
