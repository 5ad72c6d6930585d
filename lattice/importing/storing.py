"""Stores a portable lattice: the core of merging databases and of reading exports.

What is stored was validated when it was first imported. It is matched by name and kept as it is;
result sets that are here already are recognized by their digest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.errors import BadQuestion, ImportRefused, UnknownLattice
from lattice.exporting.report import MergedLattice, MergedResults
from lattice.importing.limits import Limit, new_limits
from lattice.importing.mapping import is_name
from lattice.importing.matching import (
    match_measures,
    match_objects,
    match_result_sets,
    settled_text,
)
from lattice.importing.moves import store_moves
from lattice.importing.records import Progress
from lattice.importing.register import SetRegister
from lattice.importing.settling import Disagreement, Settlement
from lattice.importing.sides import Incoming
from lattice.model import OnConflict
from lattice.portable import Block, Header, Portable
from lattice.storage import Writer, new_state
from lattice.storage.merging import result_set_rows
from lattice.storage.portable import read_header
from lattice.subsets import Words, mask_of_members, members_of_words


def store(
    writer: Writer, portable: Portable, into: str, on_conflict: OnConflict, progress: Progress
) -> MergedLattice:
    """Store a lattice by this name, or what is new of it in the lattice of this name.

    Raises:
        BadQuestion: no lattice can be called so.
        Conflict: it disagrees with what is stored.
        ImportRefused: it contradicts itself.
    """
    if not is_name(into) or "/" in into or into != into.strip():
        raise BadQuestion(
            f"{into[:80]!r} cannot be the name of a lattice.",
            hint="Name it with --into; a name is not blank and has no slash in it.",
        )
    before = _header(writer, into)
    target = _Target(writer, portable, into, before, on_conflict)
    total = portable.header.sets
    done = 0
    for block in portable.blocks:
        target.store(block)
        done += len(block.words)
        progress(f"storing {portable.header.lattice.name}", done, total)
    return target.finish(progress)


def _header(writer: Writer, name: str) -> Header | None:
    try:
        return read_header(writer, name)
    except UnknownLattice:
        return None


class _Target:
    """The lattice that a portable one is stored in."""

    def __init__(
        self,
        writer: Writer,
        portable: Portable,
        into: str,
        before: Header | None,
        on_conflict: OnConflict,
    ) -> None:
        self._writer, self._into, self._before = writer, into, before
        self._header, self._source = portable.header, portable.source
        header = portable.header
        self.lattice_id = self._store_lattice()
        self._objects = match_objects(writer, self.lattice_id, header, self._source)
        self._measures, self._added_measures = match_measures(
            writer, self.lattice_id, self._objects, header, self._source
        )
        self._result_sets = match_result_sets(writer, self.lattice_id, header)
        self._settle_words()
        self._limits = self._new_limits()
        self._names = tuple(each.name for each in header.objects)
        self._settlement = Settlement(writer, on_conflict, self._result_sets)
        self._register = SetRegister(self._objects.universe.n)
        self._is_new: list[NDArray[np.bool_]] = []
        self._added = [0] * len(header.result_sets)

    # -------------------------------------------------------- names

    def _store_lattice(self) -> int:
        stored = self._writer.find_lattice(self._into)
        if stored is not None:
            return int(stored["id"])
        said = {
            "title": self._header.lattice.title,
            "description": self._header.lattice.description,
        }
        values = {"name": self._into, **said, "revision": 0, "state": new_state()}
        return self._writer.add(schema.lattice, values)

    def _settle_words(self) -> None:
        """Settle title and description, which two lattices may word differently."""
        if self._before is None:
            return
        rows = sorted(
            result_set_rows(self._writer, self.lattice_id),
            key=lambda row: (row["imported_at"], row["digest"]),
        )
        for name in ("title", "description"):
            ours, theirs = (
                getattr(header.lattice, name) for header in (self._before, self._header)
            )
            text = settled_text(ours, theirs, [row[name] for row in rows])
            if text != ours:
                self._writer.change(schema.lattice, self.lattice_id, {name: text})

    def _new_limits(self) -> dict[int, Limit]:
        if self._before is None:
            return {}
        return new_limits(
            self._writer,
            self._before,
            self._header,
            read_header(self._writer, self._into),
            self._objects.universe,
            self._source,
        )

    # -------------------------------------------------------- sets and evaluations

    def store(self, block: Block) -> None:
        """Store what is new of one block."""
        words = self._objects.words(block.words, self._names)
        self._refuse_variants(words, block)
        ids, is_new = self._sets(words, block)
        for index, limit in self._limits.items():
            here = block.measure == index
            limit.check(words[block.row[here]], block.score[here])
        for row, result_set in block.unscored:
            self._writer.note_unscored(self._result_sets.ids[result_set], [int(ids[row])])
        rows = self._incoming(block, ids)
        if self._before is not None and not is_new.all():
            self._settlement.settle(rows, ids[~is_new].tolist())
        self._insert(block, rows)

    def _refuse_variants(self, words: Words, block: Block) -> None:
        found = self._objects.two_variants(words)
        if found is not None:
            raise ImportRefused(
                f"{self._source}, {_place(block, found[1])}: the training set holds two variants"
                f" of the object {found[0]!r}.",
                hint="Such a set is inadmissible; store it as another lattice with --into.",
            )

    def _sets(self, words: Words, block: Block) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Ids of the block's sets (R,), and which of them are new (R,)."""
        seen = set()
        met = self._register.find(words) != 0
        for row, members in enumerate(members_of_words(words)):
            if met[row] or members in seen:
                raise ImportRefused(
                    f"{self._source}, {_place(block, row)}: the training set was there before.",
                    hint="Every set stands in one line, with all its evaluations.",
                )
            seen.add(members)
        ids = np.zeros(len(words), dtype=np.int64)
        if self._before is not None:
            ids = self._writer.find_sets(self.lattice_id, words)
        is_new = ids == 0
        if is_new.any():
            ids[is_new] = self._writer.add_sets(self.lattice_id, words[is_new])
        self._register.add(words, ids)
        self._is_new.append(is_new)
        return ids, is_new

    def _incoming(self, block: Block, ids: NDArray[np.int64]) -> Incoming:
        result_sets = np.array([*self._result_sets.ids, 0], dtype=np.int64)
        known = np.array(self._result_sets.known, dtype=np.bool_)
        measures = np.array(self._measures, dtype=np.int64)
        return Incoming(
            training_set=ids[block.row].tolist(),
            measure=measures[block.measure].tolist(),
            replicate=block.replicate.tolist(),
            inner=block.inner_replicate.tolist(),
            result_set=result_sets[block.result_set].tolist(),
            seed_label=list(block.seed_label),
            score=block.score.tolist(),
            superseded_by=result_sets[block.superseded_by].tolist(),
            known=known[block.result_set].tolist(),
        )

    def _insert(self, block: Block, rows: Incoming) -> None:
        """Store the evaluations of result sets that are new."""
        fresh = [each for each, known in enumerate(rows.known) if not known]
        if not fresh:
            return
        by = [rows.superseded_by[each] for each in fresh]
        added = self._writer.add_evaluations(
            {
                "training_set_id": [rows.training_set[each] for each in fresh],
                "measure_id": [rows.measure[each] for each in fresh],
                "replicate": [rows.replicate[each] for each in fresh],
                "inner_replicate": [rows.inner[each] for each in fresh],
                "result_set_id": [rows.result_set[each] for each in fresh],
                "seed_label": [rows.seed_label[each] for each in fresh],
                "origin": [block.origin[each] for each in fresh],
                "score": [rows.score[each] for each in fresh],
                "superseded_by": [each or None for each in by],
                "file_number": [block.file_number[each] for each in fresh],
                "place": [block.place[each] for each in fresh],
                "attributes": [block.attributes[each] for each in fresh],
            }
        )
        if added < len(fresh):
            self._refuse_repeat(block, rows, fresh)
        for index, count in enumerate(np.bincount(block.result_set[fresh]).tolist()):
            self._added[index] += count

    def _refuse_repeat(self, block: Block, rows: Incoming, fresh: Sequence[int]) -> None:
        seen = set()
        for each in fresh:
            key = (*rows.cell(each), rows.result_set[each])
            if key in seen:
                raise ImportRefused(
                    f"{self._source}, {_place(block, int(block.row[each]))}: one result set has"
                    " two scores of one measure and replicate.",
                    hint="Every evaluation stands there once.",
                )
            seen.add(key)

    # -------------------------------------------------------- the end

    def finish(self, progress: Progress) -> MergedLattice:
        """Complete the moves, and say what was stored.

        Raises:
            Conflict: scores disagree, and nothing says what to do.
        """
        settlement = self._settlement
        lines = [self._line(each) for each in settlement.listed]
        settlement.refuse(lines)
        is_new = np.concatenate([np.empty(0, dtype=np.bool_), *self._is_new])
        moves = store_moves(
            self._writer,
            self.lattice_id,
            self._objects,
            self._register.words[is_new],
            self._register.ids[is_new],
            old_sets=self._before is not None,
            progress=progress,
        )
        if settlement.changed or read_header(self._writer, self._into) != self._before:
            self._writer.touch(self.lattice_id, self._register.ids)
        return MergedLattice(
            source=self._header.lattice.name,
            lattice=self._into,
            created=self._before is None,
            result_sets=tuple(
                MergedResults(identifier, each.name, each.digest, known, count)
                for identifier, each, known, count in zip(
                    self._result_sets.ids,
                    self._header.result_sets,
                    self._result_sets.known,
                    self._added,
                    strict=True,
                )
            ),
            objects=self._objects.added,
            training_sets=int(is_new.sum()),
            moves=moves,
            measures=self._added_measures,
            evaluations=sum(self._added),
            superseded=settlement.superseded,
            conflicts=settlement.count,
            disagreements=tuple(lines),
        )

    def _line(self, each: Disagreement) -> str:
        set_id, measure_id, _, _ = each.cell
        members = self._writer.members_of(set_id)
        name = self._objects.universe.spell(mask_of_members(members))
        replicate = "" if each.label is None else f", replicate {each.label}"
        names = self._result_sets.names
        (here, our_set), (there, their_set) = each.ours, each.theirs
        if our_set == their_set:
            return (
                f"{name} under {self._writer.measure_parts(measure_id)}{replicate} was settled in"
                f" another way in {self._source}: {here!r} ({names[our_set]}) is among its scores"
            )
        return (
            f"{name} under {self._writer.measure_parts(measure_id)}{replicate} is stored as"
            f" {here!r} ({names[our_set]}); in {self._source} it is {there!r}"
            f" ({names[their_set]})"
        )


def _place(block: Block, row: int) -> str:
    return f"line {block.places[row]}" if block.places else f"set {row + 1}"
