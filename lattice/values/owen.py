"""Owen values: what each unit is worth where blocks of them stay together.

First whole blocks share out what all gain as in the Shapley value, then the units of a block
share out what it gets, also as in the Shapley value, each set of the block beside whole other
blocks. For unit i of block B, with b blocks in all and U(H) the union of the blocks H without B:

    sum over H, and T within B without i, of
        |H|! (b-1-|H|)! / b! * |T|! (|B|-1-|T|)! / |B|! * (v(U(H) + T + i) - v(U(H) + T)).

Owen, "Values of games with a priori unions", in Essays in Mathematical Economics and Game Theory,
1977. A unit needs the 2^(b - 1 + |B|) cells of its block only: sets that split two blocks take no
part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.model import Unit, Value, ValueCells, Values, WeightedCell
from lattice.queries.pieces import next_page
from lattice.subsets import positions_of_mask
from lattice.values import answers, bounds, errors, folds, grounds, semivalues, weights
from lattice.values.assumptions import Assumed
from lattice.values.bounds import Intervals
from lattice.values.envelopes import envelope
from lattice.values.grounds import Ground, Scores
from lattice.values.ranked import Change, occurring, unchanged
from lattice.values.ranked import semivalues as ranked_semivalues

DEFINITION = (
    "sum over unions of other blocks H, and T within the block without i, of p(|T|) q(|H|)"
    " (v(H+T+i) - v(H+T)), p(t) = t! (k-t-1)! / k! for a block of k, q(h) = h! (b-h-1)! / b! for"
    " b blocks"
)


@dataclass(frozen=True, eq=False)
class BlockSums:
    """The Owen values of one block's own units, over its sets with whole other blocks.

    Args:
        own: how many units it has; they are the first of the ground.
        others: how many other blocks there are; they are the last units of the ground.
    """

    own: int
    others: int

    @cached_property
    def weights(self) -> Scores:
        """Shape (2, own + 1, others + 1): of a cell by whether it has the item's unit, by how
        many own units and by how many other blocks it has.
        """
        p = weights.of_each_set(weights.shapley(self.own))
        q = weights.of_each_set(weights.shapley(self.others + 1))
        found = np.zeros((2, self.own + 1, self.others + 1))
        found[0, :-1], found[1, 1:] = -p[:, None] * q, p[:, None] * q
        return found

    @property
    def items(self) -> tuple[tuple[int, ...], ...]:
        """Each own unit."""
        return tuple((each,) for each in range(self.own))

    @property
    def needed(self) -> int:
        """How many cells have a weight in one item: all."""
        return 1 << (self.own + self.others)

    @property
    def sets_by_rank(self) -> list[int]:
        """How many sets there are of each rank."""
        return [int(each) for each in np.bincount(folds.ranks(self.own + self.others))]

    def by_rank(self) -> Scores:
        """Every cell has a weight, whatever its rank, shape (m + 1,)."""
        return np.ones(self.own + self.others + 1)

    def over(self, ground: Ground, amounts: Scores, change: Change = unchanged) -> Scores:  # noqa: ARG002
        """The sums with amounts (..., 2^m) instead of scores, shape (..., own)."""
        without, having = (self._spread(each) for each in change(self.weights))
        singles, _ = folds.containing(amounts * (having - without))
        return np.asarray(singles[..., : self.own] + (amounts @ without)[..., None])

    def of_cells(self, ground: Ground, item: int) -> Scores:  # noqa: ARG002
        """The weight of every cell in one item, shape (2^m,)."""
        without, having = (self._spread(each) for each in self.weights)
        has = (np.arange(len(without)) >> item & 1).astype(np.bool_)
        return np.where(has, having, without)

    def of_marginals(self, item: int) -> Scores:
        """The weight of each marginal, by the set without the unit, shape (2^(m - 1),)."""
        return -self._spread(self.weights[0]).reshape(-1, 2, 1 << item)[:, 0].ravel()

    def heaviness(self) -> Scores:
        """The sum of each cell's absolute weights over all items, shape (2^m,)."""
        t = np.arange(self.own + 1)[:, None]
        return self._spread(t * self.weights[1] - (self.own - t) * self.weights[0])

    def splits(self) -> grounds.Flags:
        """Which cells hold a part of the block, shape (2^m,)."""
        own = folds.ranks(self.own)
        return np.tile((own > 0) & (own < self.own), 1 << self.others)

    def _spread(self, by_kind: Scores) -> Scores:
        """What is known by own units and other blocks (own + 1, others + 1), of every cell."""
        own, others = folds.ranks(self.own), folds.ranks(self.others)
        return by_kind[own[None, :], others[:, None]].reshape(-1)


@dataclass(frozen=True, eq=False)
class Structure:
    """Units in blocks that stay together.

    Args:
        ground: whose units are the blocks.
        names: of the blocks.
        members: the units of each block, masks that make it up.
        called: the names of these.

    Raises:
        BadQuestion: no block has two units, or there are too many sets to look at.
    """

    ground: Ground
    names: Sequence[str]
    members: Sequence[Sequence[int]]
    called: Sequence[Sequence[str]]

    def __post_init__(self) -> None:
        most = self.ground.m - 1 + max(map(len, self.members))
        if most > grounds.MOST_TABLED:
            raise BadQuestion(
                "Owen values look at all sets of a block's objects with whole other blocks:"
                f" 2^{most} here, and at most 2^{grounds.MOST_TABLED} can be.",
                hint="Make larger blocks of small ones, or split the largest.",
            )

    def of_block(self, block: int) -> tuple[Ground, BlockSums]:
        """The cells of one block, and its sums over them."""
        whole, own = self.ground, tuple(self.members[block])
        others = tuple(mask for place, mask in enumerate(whole.units) if place != block)
        ground = Ground(whole.index, whole.measure, whole.held, own + others, whole.taken)
        return ground, BlockSums(len(own), len(others))

    def place(self, name: str) -> tuple[int, int]:
        """The block of a unit, and its place there."""
        return next(
            (block, called.index(name))
            for block, called in enumerate(self.called)
            if name in called
        )


def structure(ground: Ground, names: Sequence[str]) -> Structure:
    """The objects of each unit of a ground as a block.

    Raises:
        BadQuestion: as for `Structure`.
    """
    positions = [list(positions_of_mask(mask)) for mask in ground.units]
    if all(len(each) == 1 for each in positions):
        raise BadQuestion(
            "Owen values need blocks of objects that stay together, and each stands alone here.",
            hint="Value by owner, or name groups; without blocks they are Shapley values.",
        )
    called = ground.index.universe.names
    return Structure(
        ground,
        tuple(names),
        [[1 << each for each in block] for block in positions],
        [[called[each] for each in block] for block in positions],
    )


# ------------------------------------------------------------------ answers


def describe(
    found: Structure, assume: Assumed | None = None, *, start: int = 0, limit: int = 200
) -> Values:
    """The Owen values of all units, page by page, in the order of their positions."""
    if assume is not None and assume.name == "saturated":
        raise BadQuestion(
            "Saturation counts units, and Owen values look at objects beside whole blocks.",
            hint="Assume another one, for example monotone.",
        )
    ground, universe = found.ground, found.ground.index.universe
    by_position: list[tuple[int, Value, Unit]] = []
    split: list[tuple[float, int]] = []
    lacking = 0
    for block, (members, called) in enumerate(zip(found.members, found.called, strict=True)):
        stop_if_late("valuing block by block", f"{block} of {len(found.members)}")
        own, sums = found.of_block(block)
        for mask, name, value in zip(
            members, called, _of_block(own, sums, called, assume), strict=True
        ):
            by_position.append((mask, value, Unit(name, value.objects)))
        lacking += _missing_parts(own, sums, split)
    by_position.sort(key=lambda each: each[0])
    items = tuple(value for _, value, _ in by_position)
    unions = ranked_semivalues(weights.shapley(ground.m)).by_rank()
    return Values(
        quantity="owen",
        definition=DEFINITION,
        measure=ground.index.measures[ground.measure].name,
        held=universe.training_set(ground.held),
        whole=universe.training_set(ground.whole),
        units=tuple(unit for _, _, unit in by_position),
        status=answers.weakest(items),
        together=semivalues.together(ground),
        baseline=None,
        items=items[start : start + limit],
        next=next_page(start, limit, len(items)),
        total=len(items),
        missing=tuple(islice(_missing(ground, unions, split), answers.MOST_MISSING)),
        missing_total=lacking + int((~ground.there).sum()),
        notes=(*semivalues.notes(ground), *_about_the_empty_set(found)),
        blocks=tuple(
            Unit(name, tuple(universe.names[each] for each in positions_of_mask(mask)))
            for name, mask in zip(found.names, ground.units, strict=True)
        ),
    )


def _of_block(
    ground: Ground, sums: BlockSums, called: Sequence[str], assume: Assumed | None
) -> tuple[Value, ...]:
    everything = bool(ground.there.all())
    there = ground.there.astype(np.float64)
    intervals, why = (None, "") if everything else _bounded(ground, sums, assume)
    universe = ground.index.universe
    return answers.values(
        answers.Findings(
            names=called,
            objects=[
                tuple(universe.names[each] for each in positions_of_mask(mask))
                for mask in ground.units[: sums.own]
            ],
            sums=errors.combinations(ground, sums) if everything else errors.unknown(sums.own),
            intervals=intervals,
            needed=sums.needed,
            used=sums.over(ground, there, occurring),
            coverage=sums.over(ground, there, np.abs) / 2,
            sizes=[semivalues.size(ground, item) for item in sums.items],
            why=why,
        )
    )


def _bounded(
    ground: Ground, sums: BlockSums, assume: Assumed | None
) -> tuple[Intervals | None, str]:
    """Where the values must lie: sharp for the range, and for monotone scores."""
    if assume is None or assume == bounds.RANGE:
        return bounds.within_range(ground, sums, assume)
    found = envelope(ground, assume)
    low, high = np.empty(sums.own), np.empty(sums.own)
    for unit in range(sums.own):
        lower, upper = (each.reshape(-1, 2, 1 << unit) for each in (found.low, found.high))
        marginals, ends = sums.of_marginals(unit), (found.adds_least[unit], found.adds_most[unit])
        low[unit] = marginals @ np.clip(lower[:, 1] - upper[:, 0], *ends).ravel()
        high[unit] = marginals @ np.clip(upper[:, 1] - lower[:, 0], *ends).ravel()
    if ground.sign < 0:
        low, high = -high, -low
    sharp = found.assumed.name == "monotone" and found.slack == 0 and ground.sees_all
    return Intervals(low, high, str(found.assumed), sharp, found.violations, found.slack), ""


def _missing_parts(ground: Ground, sums: BlockSums, split: list[tuple[float, int]]) -> int:
    """How many cells that hold a part of a block are missing; the heaviest are appended."""
    lacking = np.flatnonzero(~ground.there & sums.splits())
    heavy = sums.heaviness()[lacking]
    first = np.lexsort((lacking, ground.ranks[lacking], -heavy))[: answers.MOST_MISSING]
    split += [(float(heavy[each]), ground.mask(int(lacking[each]))) for each in first]
    return len(lacking)


def _missing(
    ground: Ground, unions: Scores, split: list[tuple[float, int]]
) -> Iterator[WeightedCell]:
    """Missing cells, heaviest first: unions of blocks, and those that hold a part of one."""
    whole = islice(ground.missing(unions), answers.MOST_MISSING)
    found = [(float(unions[rank]), mask) for mask, rank in whole] + split
    for weight, mask in sorted(found, key=lambda each: (-each[0], each[1].bit_count())):
        yield answers.weighted_cell(ground, mask, weight)


def _about_the_empty_set(found: Structure) -> tuple[str, ...]:
    if found.ground.taken is None and not found.ground.conventional[0]:
        return ()
    sizes = sorted({len(each) for each in found.members})
    parts = ", ".join(f"-1/{found.ground.m * size} in blocks of {size}" for size in sizes)
    held = found.ground.index.universe.spell(found.ground.held)
    return (f"the score of {held} enters each value with the weight {parts}",)


def cells(found: Structure, unit: str, *, start: int = 0, limit: int = 200) -> ValueCells:
    """The cells that the value of one unit rests on, heaviest first, missing ones among them."""
    block, item = found.place(unit)
    ground, sums = found.of_block(block)
    return semivalues.weighted(ground, "owen", unit, sums.of_cells(ground, item), start, limit)
