"""Undoes a result set: the lattice is then as if it had never been imported.

What stood before is found by going again, in the order of the result sets, through every key
where the undone one superseded a score: an evaluation that meets a different score gives way to
it, where its result set was imported to keep what is stored, and else takes its place. Which
result sets keep is told by their rows: nothing else is stored of how conflicts were settled.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.importing import facts
from lattice.importing import mapping as mappings
from lattice.importing.facts import Facts, MeasureNames, Saying
from lattice.model import ResultSet
from lattice.reports import ResultName, UndoReport
from lattice.results import find_result_set
from lattice.storage import AnyTable, Row, Storage, Writer
from lattice.storage.removal import Contested, Removal, Usage
from lattice.storage.results import Results
from lattice.stored import Catalog
from lattice.subsets import Words, masks_of_words, positions_of_mask


def undo(storage: Storage, lattice: str, which: str, *, dry_run: bool) -> UndoReport:
    """Undo one result set in one transaction, which a dry run does not keep.

    Raises:
        UnknownLattice, Unknown, Ambiguous: it is not there, or not the only one.
        DatabaseBusy: somebody else is writing; says who.
    """
    with storage.importing(f"undoing {which[:200]} of {lattice}", keep=not dry_run) as writer:
        catalog = writer.catalog(lattice)
        found = find_result_set(which, lattice, writer.result_sets(catalog))
        return _Undo(writer, catalog, found).run(dry_run)


class _Undo:
    """One result set on its way out."""

    def __init__(self, writer: Writer, catalog: Catalog, result: ResultSet) -> None:
        self._writer, self._catalog, self._result = writer, catalog, result
        self._removal = Removal(writer, catalog.id)
        self._mappings = {
            identifier: mappings.restored(row["mapping"])
            for identifier, row in Results(writer, catalog.id).stored().items()
        }
        self._named = self._named_by_measures(catalog)

    def run(self, dry_run: bool) -> UndoReport:
        result, catalog, removal = self._result.id, self._catalog, self._removal
        usage = removal.usage()
        evaluations = removal.remove_evaluations(result)
        revived, superseded = self._settle_orphans(_keeping(usage))
        removal.remove_result_set(result)
        sets, moves, dropped = removal.remove_sets(len(catalog.objects))
        needed = {each.measure for each in usage if each.result_set != result}
        unneeded = [each for each in catalog.measure_ids if each not in needed]
        removal.remove_measures(unneeded)
        sayings = self._sayings(usage)
        forgotten = _Facts(self._writer, removal, catalog, sayings).restore() if sayings else ()
        objects = self._remove_objects(mask_of(dropped), sayings)
        if sayings:
            self._writer.touch(catalog.id)
        else:
            removal.remove_lattice()
        measure_of = dict(zip(catalog.measure_ids, catalog.measures, strict=True))
        return UndoReport(
            dry_run=dry_run,
            lattice=catalog.name,
            result_set=ResultName(result, self._result.name),
            evaluations=evaluations,
            revived=revived,
            superseded=superseded,
            training_sets=sets,
            moves=moves,
            measures=tuple(measure_of[each].name for each in unneeded),
            objects=objects,
            forgotten=forgotten,
            lattice_removed=not sayings,
        )

    def _settle_orphans(self, keeping: Collection[int]) -> tuple[int, int]:
        """Settle again what the result set had superseded; how many count again, or no longer."""
        revived = self._removal.revive_alone(self._result.id)
        rows = self._removal.contested(self._result.id)
        by = settled(rows, keeping)
        changed = by != rows.superseded_by
        self._removal.settle(
            Contested(rows.key[changed], rows.result_set[changed], rows.score[changed], by[changed])
        )
        back = (by == 0) & (rows.superseded_by != 0)
        gone = (by != 0) & (rows.superseded_by == 0)
        return revived + int(back.sum()), int(gone.sum())

    def _sayings(self, usage: Sequence[Usage]) -> list[Saying]:
        """The result sets that remain, as far as facts go, oldest first."""
        measures = dict(zip(self._catalog.measure_ids, self._catalog.measures, strict=True))
        names: dict[int, set[MeasureNames]] = {}
        for each in usage:
            found = measures[each.measure]
            parts = found.evaluation_set.name, found.metric.name, found.protocol.name
            names.setdefault(each.result_set, set()).add(parts)
        return [
            Saying(mapping, frozenset(names.get(identifier, ())))
            for identifier, mapping in sorted(self._mappings.items())
            if identifier != self._result.id
        ]

    def _remove_objects(self, dropped: int, sayings: Sequence[Saying]) -> tuple[str, ...]:
        """Delete the objects that came with the result set and that nothing needs; their names."""
        catalog = self._catalog
        names = [each.name for each in catalog.objects]
        if sayings:
            came = {names[position] for position in positions_of_mask(dropped)}
            came |= {entry.name for entry in self._mappings[self._result.id].objects}
            came |= self._named
            gone = came - self._needed(sayings) if came else set()
        else:
            gone = set(names)
        ids = [
            identifier
            for name, identifier in zip(names, catalog.object_ids, strict=True)
            if name in gone
        ]
        if ids:
            self._removal.remove_objects(ids)
            self._removal.close_gaps(len(names))
        return tuple(name for name in names if name in gone)

    def _needed(self, sayings: Sequence[Saying]) -> set[str]:
        """Names of the objects that sets, measures, mappings and variants need."""
        names = [each.name for each in self._catalog.objects]
        held = mask_of(self._removal.held(len(names)))
        needed = {names[position] for position in positions_of_mask(held)}
        needed |= {entry.name for saying in sayings for entry in saying.mapping.objects}
        needed |= self._named_by_measures(self._writer.catalog(self._catalog.name))
        rows = self._writer.named(schema.data_object, self._catalog.id)
        name_of = {row["id"]: name for name, row in rows.items()}
        return needed | {
            name_of[rows[name]["variant_of"]]
            for name in needed & rows.keys()
            if rows[name]["variant_of"] is not None
        }

    def _named_by_measures(self, catalog: Catalog) -> set[str]:
        """Objects that evaluation sets consist of, and that bound domains."""
        named: set[str] = set()
        for measure in catalog.measures:
            named |= set(measure.evaluation_set.members or ())
        for identifier in catalog.measure_ids:
            domain = self._writer.row(schema.measure, identifier)["domain"] or {}
            named |= {name for end in domain.values() for name in end or ()}
        return named


def mask_of(words: Words) -> int:
    """One set, given as words (1, W), as a mask."""
    return masks_of_words(words)[0]


def _keeping(usage: Sequence[Usage]) -> set[int]:
    """Result sets that were imported to keep what was stored, as far as their rows tell."""
    gave_way = {each.result_set for each in usage if 0 < each.superseded_by < each.result_set}
    took_over = {each.superseded_by for each in usage if each.superseded_by > each.result_set}
    return gave_way - took_over


def settled(rows: Contested, keeping: Collection[int]) -> NDArray[np.int64]:
    """What supersedes each evaluation, 0 where it counts, shape (C,).

    How two evaluations were settled before is how they are settled again.

    Args:
        rows: all evaluations under their keys, by key and then in the order of result sets.
        keeping: result sets that else give way to what is stored; all others take its place.
    """
    before, result_sets = rows.superseded_by.tolist(), rows.result_set.tolist()
    scores = rows.score.tolist()
    is_new = np.ones(len(scores), dtype=np.bool_)
    is_new[1:] = (rows.key[1:] != rows.key[:-1]).any(axis=1)

    def gives_way(each: int, valid: Sequence[int]) -> bool:
        if 0 < before[each] < result_sets[each]:
            return True
        if any(before[older] == result_sets[each] for older in valid):
            return False
        return result_sets[each] in keeping

    superseded = np.zeros(len(scores), dtype=np.int64)
    valid: list[int] = []
    for each, is_first in enumerate(is_new.tolist()):
        if is_first:
            valid = []
        elif scores[valid[0]] != scores[each]:
            if gives_way(each, valid):
                superseded[each] = result_sets[valid[0]]
                continue
            superseded[valid] = result_sets[each]
            valid = []
        valid.append(each)
    return superseded


# ------------------------------------------------------------------ facts


class _Facts:
    """Gives a lattice the facts that the remaining result sets say, and forgets all others."""

    def __init__(
        self, writer: Writer, removal: Removal, catalog: Catalog, sayings: Sequence[Saying]
    ) -> None:
        self._writer, self._removal = writer, removal
        self._lattice_id, self._sayings = catalog.id, sayings
        self._catalog = writer.catalog(catalog.name)
        self._forgotten: list[str] = []

    def restore(self) -> tuple[str, ...]:
        """Write what has changed; names of the facts that are gone."""
        row = self._writer.row(schema.lattice, self._lattice_id)
        self._restore(schema.lattice, row, facts.lattice_facts(self._sayings), "of the lattice")
        self._restore_objects()
        self._restore_metrics()
        self._restore_evaluation_sets()
        self._restore_protocols()
        self._restore_domains()
        return tuple(self._forgotten)

    def _restore(self, table: AnyTable, row: Row, said: Facts, what: str) -> None:
        changed = {name: value for name, value in said.items() if row[name] != value}
        if changed:
            self._writer.change(table, row["id"], changed)
        self._forgotten += [
            f"{name.replace('_', ' ')} {what}"
            for name, value in changed.items()
            if value is None and row[name] is not None
        ]

    def _restore_metrics(self) -> None:
        said = facts.facts_of_metrics(self._sayings)
        nothing = dict.fromkeys(("range_low", "range_high", "unit"))
        for name, row in self._writer.named(schema.metric, self._lattice_id).items():
            self._restore(schema.metric, row, said.get(name, nothing), f"of the metric {name}")

    def _restore_objects(self) -> None:
        said = facts.facts_of_objects(self._sayings)
        rows = self._writer.named(schema.data_object, self._lattice_id)
        names = ("label", "size", "cost", "owner", "fingerprint", "variant_of")
        for name, row in rows.items():
            found = dict(said.get(name) or dict.fromkeys(names))
            if found["variant_of"] is not None:
                found["variant_of"] = rows[found["variant_of"]]["id"]
            self._restore(schema.data_object, row, found, f"of the object {name}")

    def _restore_evaluation_sets(self) -> None:
        """Members stay as they were read, as long as somebody says them."""
        said = facts.facts_of_evaluation_sets(self._sayings)
        table = schema.evaluation_set
        for name, row in self._writer.named(table, self._lattice_id).items():
            found = dict(said.get(name) or dict.fromkeys(("label", "size", "members")))
            found["members"] = None if found["members"] is None else row["members"]
            self._restore(table, row, found, f"of the evaluation set {name}")

    def _restore_protocols(self) -> None:
        defined = facts.definitions_of_protocols(self._sayings)
        for name, row in self._writer.named(schema.protocol, self._lattice_id).items():
            found = facts.protocol_facts(defined.get(name, {}))
            if found["digest"] != row["digest"]:
                self._writer.change(schema.protocol, row["id"], found)
                self._forgotten.append(f"definition of the protocol {name}")

    def _restore_domains(self) -> None:
        """Domains stay as they were read, as long as somebody says them."""
        said = facts.measures_with_domain(self._sayings)
        pairs = zip(self._catalog.measure_ids, self._catalog.measures, strict=True)
        for identifier, measure in pairs:
            names = measure.evaluation_set.name, measure.metric.name, measure.protocol.name
            stored = self._writer.row(schema.measure, identifier)["domain"]
            if stored is not None and names not in said:
                self._removal.forget_domain(identifier)
                self._forgotten.append(f"domain of {measure.name}")
