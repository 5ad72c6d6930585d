"""Questions about sets and what lies around and between them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, reduce
from operator import and_, or_
from typing import get_args

from lattice.errors import BadQuestion, about
from lattice.facade.asking import Asking, checked_page, measure_in, refuse_other_than
from lattice.index import LatticeIndex
from lattice.model import (
    ColumnMoves,
    Comparison,
    GroupValues,
    Interval,
    LeftOut,
    MoveOption,
    Neighborhood,
    Squares,
)
from lattice.notation import Universe
from lattice.queries import columns, comparison, intervals, neighborhood, squares

LARGEST_RADIUS = 8
MOST_COMPARED = 100
MOVES: tuple[MoveOption, ...] = get_args(MoveOption)
_LONGEST_NAME = 60


class Comparing(Asking):
    """Neighborhoods, intervals, comparisons."""

    def neighbors(
        self,
        training_set: str,
        *,
        measures: Sequence[str] | None = None,
        radius: int = 1,
        moves: Sequence[str] = ("add", "remove"),
        sort: str | None = None,
        start: int = 0,
        limit: int = 200,
        missing_start: int = 0,
    ) -> Neighborhood:
        """The sets within some moves, with the delta to each under each measure.

        Neighbors that are not stored are named as such. Where not all fit on the page, they are
        summarized by side: how many, the quantiles of their deltas, the best and the worst.

        Args:
            radius: how many moves, 1 to LARGEST_RADIUS.
            moves: which moves: `add` an object, `remove` one, or `swap` one for another.
            sort: a measure: best score first. Without it by distance and object position.
            start, limit: which page of the stored ones.
            missing_start: where the page of those that are not stored starts.

        Raises:
            BadQuestion: no such radius, moves or page.
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        page = checked_page(start, limit)
        missing_page = checked_page(missing_start, limit)
        if not 1 <= radius <= LARGEST_RADIUS:
            raise BadQuestion(
                f"A neighborhood of radius {radius} cannot be given.",
                hint=f"Ask for 1 to {LARGEST_RADIUS} moves; `interval` shows all between two sets.",
            )
        if not moves:
            raise BadQuestion(
                "A neighborhood needs a kind of moves.", hint="It can be add, remove or swap."
            )
        for each in moves:
            refuse_other_than(MOVES, each, "kind of move")
        reach = radius * (2 if "swap" in moves else 1)
        index, row = self._around(training_set, reach)
        return neighborhood.neighborhood(
            index,
            row,
            self._chosen(index, measures),
            radius=radius,
            moves=tuple(each for each in MOVES if each in moves),
            sort=_sorted_by(index, sort),
            start=page[0],
            limit=page[1],
            missing_start=missing_page[0],
        )

    def interval(
        self,
        lower: str,
        upper: str,
        *,
        measures: Sequence[str] | None = None,
        sort: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Interval:
        """All stored sets between two sets, which need not be stored, with counts by rank.

        Where neither holds the other, it runs from their meet to their join, and says so.

        Args:
            sort: a measure: best score first. Without it by rank and object position.

        Raises:
            BadQuestion: no such page.
            UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        page = checked_page(start, limit)
        index = self.index()
        return intervals.interval(
            index,
            (_mask(index.universe, lower), _mask(index.universe, upper)),
            self._chosen(index, measures),
            sort=_sorted_by(index, sort),
            start=page[0],
            limit=page[1],
        )

    def compare(self, *sets: str, measures: Sequence[str] | None = None) -> Comparison:
        """Sets beside the first of them: what was added, removed and held, and what it changed.

        Sets that are not stored are compared by their objects alone.

        Raises:
            BadQuestion: fewer than two sets, more than MOST_COMPARED, or one of them twice.
            UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        if not 2 <= len(sets) <= MOST_COMPARED:
            raise BadQuestion(
                f"A comparison takes 2 to {MOST_COMPARED} sets, not {len(sets)}.",
                hint="Name the baseline first, then what is compared with it.",
            )
        index = self._indexes.around(partial(_with_bounds, sets), 0)
        masks = [_mask(index.universe, text) for text in sets]
        for place, (mask, text) in enumerate(zip(masks, sets, strict=True)):
            if mask in masks[:place]:
                with about(text):
                    raise BadQuestion(
                        f"The set {index.universe.spell(mask)} is given twice.",
                        hint="Name each set once; a set does not differ from itself.",
                    )
        return comparison.compare(index, masks, self._chosen(index, measures))

    def group_leave_one_out(
        self,
        training_set: str,
        groups: Sequence[str] | None = None,
        *,
        by: LeftOut = "object",
        measures: Sequence[str] | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> GroupValues:
        """What a set loses without groups of its objects: v(S) - v(S without G).

        Args:
            groups: each a set in any spelling; without them every object, or every owner.
            by: `object` or `owner`, where no groups are named.

        Raises:
            BadQuestion: a group that shares nothing with the set or is named twice, groups and
                owners both, objects without owners, no such page.
            UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        page = checked_page(start, limit)
        refuse_other_than(get_args(LeftOut), by, "way to group")
        if groups and by != "object":
            raise BadQuestion(
                f"Both groups and the grouping by {by} were given.",
                hint=f"Name the groups, or leave out what each {by} has.",
            )
        asked = partial(_groups, training_set, groups or (), by)
        index = self._indexes.around(
            lambda universe: _with_remainders(*asked(universe), page[0] + page[1]), 0
        )
        mask, named = asked(index.universe)
        chosen = self._chosen(index, measures)
        return comparison.group_values(index, mask, named, chosen, start=page[0], limit=page[1])

    def squares(
        self,
        training_set: str,
        objects: Sequence[str] | None = None,
        *,
        measures: Sequence[str] | None = None,
        sort: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Squares:
        """Interactions of pairs of objects in a set: v(S) - v(S-i) - v(S-j) + v(S-ij).

        Args:
            objects: the names of two objects; without them all pairs of the set.
            sort: a measure: complements first. Without it by object position.

        Raises:
            BadQuestion: not two objects of the set, too many pairs, no such page.
            UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        page = checked_page(start, limit)
        index = self._indexes.around(lambda universe: [_mask(universe, training_set)], 2)
        mask = _mask(index.universe, training_set)
        pair = None if objects is None else _pair(index.universe, mask, objects)
        rank = mask.bit_count()
        if pair is None and not 1 <= rank * (rank - 1) // 2 <= squares.MOST_PAIRS:
            raise BadQuestion(
                f"The set {_short(index.universe.spell(mask))} has"
                f" {rank * (rank - 1) // 2:,} pairs of objects.",
                hint=f"Squares are given for 1 to {squares.MOST_PAIRS:,} pairs, or for two objects"
                " that are named.",
            )
        return squares.squares(
            index,
            mask,
            self._chosen(index, measures),
            pair=pair,
            sort=_sorted_by(index, sort),
            start=page[0],
            limit=page[1],
        )

    def column_moves(
        self,
        training_set: str,
        *,
        measures: Sequence[str] | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> ColumnMoves:
        """What one object more in the evaluation set changes: f(S, E+i) - f(S, E).

        Evaluation sets count where they are sets of the lattice's objects; metric and protocol
        are held fixed.

        Args:
            measures: from which measures; without them all.

        Raises:
            BadQuestion: no such page.
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        page = checked_page(start, limit)
        index, row = self._around(training_set, 0)
        chosen = self._chosen(index, measures)
        return columns.column_moves(index, row, chosen, start=page[0], limit=page[1])


def _mask(universe: Universe, text: str) -> int:
    with about(text):
        return universe.read(text)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."


def _sorted_by(index: LatticeIndex, text: str | None) -> int | None:
    return None if text is None else measure_in(index, text)


def _with_bounds(texts: Sequence[str], universe: Universe) -> list[int]:
    """Some sets with their meet and their join."""
    masks = [_mask(universe, text) for text in texts]
    return [*masks, reduce(and_, masks), reduce(or_, masks)]


def _groups(
    training_set: str, texts: Sequence[str], by: LeftOut, universe: Universe
) -> tuple[int, list[tuple[str, int]]]:
    """A set, and the groups of its objects that are left out."""
    mask = _mask(universe, training_set)
    if texts:
        found: dict[int, str] = {}
        for text in texts:
            name, group = _group(universe, mask, text)
            if group in found:
                with about(text):
                    raise BadQuestion(
                        f"The group {name} is given twice.", hint="Name each group once."
                    )
            found[group] = name
        return mask, [(name, group) for group, name in found.items()]
    grouped = comparison.groups_by_owner if by == "owner" else comparison.groups_by_object
    named = grouped(universe, mask)
    if not named:
        what = "object" if mask == 0 or by == "object" else "object with an owner"
        with about(training_set):
            raise BadQuestion(
                f"The set {universe.spell(mask)} holds no {what} to leave out.",
                hint="Name another set, or name the groups.",
            )
    return mask, named


def _with_remainders(mask: int, groups: list[tuple[str, int]], most: int) -> list[int]:
    return [mask, *(mask & ~group for _, group in groups[:most])]


def _group(universe: Universe, mask: int, text: str) -> tuple[str, int]:
    """A group and how it is called."""
    group = _mask(universe, text)
    if not group & mask:
        with about(text):
            raise BadQuestion(
                f"The set {universe.spell(mask)} holds nothing of {universe.spell(group)}: there"
                " is nothing to leave out.",
                hint="Name objects that the set holds.",
            )
    return universe.spell(group), group


def _pair(universe: Universe, mask: int, names: Sequence[str]) -> tuple[int, int]:
    """The positions of two objects of the set, in order."""
    if len(names) != 2:
        raise BadQuestion(
            f"A square needs two objects, not {len(names)}.",
            hint="Name two objects of the set, or none for all pairs.",
        )
    positions = []
    for name in names:
        with about(name):
            position = universe.position_of(name)
            if not mask >> position & 1:
                raise BadQuestion(
                    f"{name!r} is not in {universe.spell(mask)}.",
                    hint="A square takes two objects out of a set that holds both.",
                )
            positions.append(position)
    if positions[0] == positions[1]:
        raise BadQuestion(
            f"{names[0]!r} is given twice.", hint="A square needs two different objects."
        )
    return min(positions), max(positions)
