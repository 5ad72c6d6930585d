"""Questions about values: what each object is worth, and on which cells that rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, TypedDict, Unpack, get_args

from lattice.errors import BadQuestion, about, closest, did_you_mean
from lattice.facade.asking import Asking, checked_page, measure_in, refuse_other_than
from lattice.index import LatticeIndex
from lattice.model import Fairness, UnitKind, ValueCells, Values
from lattice.queries.units import Call, groups_of, roster
from lattice.subsets import mask_of_positions
from lattice.values import (
    assumptions,
    dividends,
    evaluation,
    fairness,
    games,
    listed,
    marginals,
    owen,
    semivalues,
)
from lattice.values.assumptions import Assumed
from lattice.values.catalog import LISTED, STRUCTURED, Options, check, quantity
from lattice.values.estimates import estimating
from lattice.values.estimates.estimating import Asked
from lattice.values.grounds import Ground
from lattice.values.listed import Listing
from lattice.values.semivalues import Quantity

if TYPE_CHECKING:
    import shapiq

Groups = Mapping[str, str | Sequence[str]] | Sequence[str]
MOST_VALUED = 50_000
MOST_PAIRED = 1_000


class Valued(TypedDict, total=False):
    """Which values of what, as `Valuing.value` says it."""

    measure: str | None
    of: str | None
    given: str | None
    by: UnitKind
    groups: Groups | None
    empty: float | None
    beta: tuple[float, float] | None
    shares: Sequence[float] | None
    units: Sequence[str] | None
    order: int | None


class Valuing(Asking):
    """Values of objects, owners and groups."""

    def value(
        self,
        quantity: str = "shapley",
        *,
        assume: str | None = None,
        estimate: str | None = None,
        start: int = 0,
        limit: int = 200,
        **valued: Unpack[Valued],
    ) -> Values:
        """Values of all units of a set: exact where all cells are there, else bounded, estimated.

        Args:
            quantity: shapley, banzhaf, beta, by-size, shapley-interaction, banzhaf-interaction;
                leave-one-out, pair-interaction (at the set `of`), evaluation-value (in the
                evaluation set of `measure`, trained on `of`); owen (of objects, whose owners or
                groups stay together); dividends (of all sets of units).
            assume: what bounds rest on: the metric's `range` (without it, where there is one), or
                that scores are `monotone`, move by at most `cap=0.05`, have `diminishing` returns,
                or are `saturated=8` from so many units on.
            estimate: where cells are missing, beside the bounds: `stratified`, `chains` or
                `reuse`, or `none`; without it the first that is honest for how the stored sets
                were chosen.
            measure: whose scores are shared out; may be left out where there is only one.
            of: the set whose objects are valued; without it all for which the measure is
                defined.
            given: the set that is always held; without it the least for which the measure is
                defined, mostly the empty set.
            by, groups: who is valued together, as in `withdrawals`.
            empty: the score that the set `given` is taken to have.
            beta: a and b of `beta`.
            shares: of `by-size`: the share of the weight on all sets of each size, from 0 up.
            units: of leave-one-out, pair-interaction and evaluation-value: these units only.
            order: of dividends: those of sets of so many units only.

        Raises:
            BadQuestion: nobody to value, a quantity or options that are not there, an assumption
                that bounds nothing, a set outside the measure's domain, no such page.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        page = checked_page(start, limit)
        assumed = None if assume is None else assumptions.read(assume)
        _refuse_estimate(quantity, estimate)
        if quantity in LISTED:
            found = self._listing(quantity, valued, assumed)
            return listed.describe(found, start=page[0], limit=page[1])
        if quantity == "owen":
            blocks = owen.structure(*self._structured(quantity, valued))
            return owen.describe(blocks, assumed, start=page[0], limit=page[1])
        if quantity == "dividends":
            ground, names = self._structured(quantity, valued)
            order = valued.get("order")
            return dividends.describe(
                ground, names, order=order, assume=assumed, start=page[0], limit=page[1]
            )
        ground, names, asked = self._ground(quantity, valued)
        return semivalues.describe(
            ground,
            asked,
            names,
            assume=assumed,
            estimate=self._estimate(ground, estimate),
            start=page[0],
            limit=page[1],
        )

    def value_differences(
        self,
        quantity: str = "shapley",
        *,
        assume: str | None = None,
        estimate: str | None = None,
        start: int = 0,
        limit: int = 200,
        **valued: Unpack[Valued],
    ) -> Values:
        """By how much the values of every two units differ; all as in `value`.

        A difference needs fewer cells than the values: neither the set that is always held nor
        the set of all units.
        """
        page = checked_page(start, limit)
        assumed = None if assume is None else assumptions.read(assume)
        _refuse_estimate(quantity, estimate)
        if quantity in LISTED:
            found = self._listing(quantity, valued, assumed, apart=True)
            return listed.describe(found, start=page[0], limit=page[1])
        ground, names, asked = self._ground(quantity, valued)
        return semivalues.describe(
            ground,
            asked.differences(),
            names,
            assume=assumed,
            estimate=self._estimate(ground, estimate),
            start=page[0],
            limit=page[1],
        )

    def fairness(self, split: str = "shapley", **valued: Unpack[Valued]) -> Fairness:
        """How fair a split of what all units gain is: efficiency, the core, the least core.

        Args:
            split: the quantity that the gain is split by.
            valued: as in `value`.

        Raises:
            BadQuestion: as in `value`; too many units, or ends without a score.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        ground, names, asked = self._ground(split, valued)
        return fairness.fairness(ground, asked, names)

    def value_cells(
        self,
        quantity: str,
        unit: str,
        *,
        start: int = 0,
        limit: int = 200,
        **valued: Unpack[Valued],
    ) -> ValueCells:
        """The cells that one value rests on with their weights, heaviest first.

        Args:
            unit: the name of the value: an object, owner or group, or some joined by plus signs.
            valued: as in `value`.

        Raises:
            BadQuestion: as in `value`, or no such unit.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling.
        """
        page = checked_page(start, limit)
        if quantity in LISTED:
            found = self._listing(quantity, valued, None)
            item = _item([found.name(each) for each in found.sums.items], unit)
            return listed.weighted_cells(found, item, start=page[0], limit=page[1])
        if quantity == "owen":
            blocks = owen.structure(*self._structured(quantity, valued))
            _item([name for block in blocks.called for name in block], unit)
            return owen.cells(blocks, unit, start=page[0], limit=page[1])
        if quantity == "dividends":
            ground, names = self._structured(quantity, valued)
            return dividends.cells(ground, names, unit, start=page[0], limit=page[1])
        ground, names, asked = self._ground(quantity, valued)
        item = _item(asked.names(names), unit)
        return semivalues.cells(ground, asked, names, item, start=page[0], limit=page[1])

    def shapiq_game(self, **valued: Unpack[Valued]) -> shapiq.Game:
        """The lattice as a game of shapiq, for what that package computes beyond these values.

            >>> game = database["adult"].shapiq_game(empty=0)            # doctest: +SKIP
            >>> shapiq.ExactComputer(game, game.n_players)("STII", 2)    # doctest: +SKIP

        Nothing is evaluated: a set of players is worth the mean score of its cell.

        Args:
            valued: `measure`, `of`, `given`, `by`, `groups`, `empty`, as in `value`.

        Raises:
            BadQuestion: as in `value`; shapiq is not installed. The game raises it as well when it
                is asked for a set without a score.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling.
        """
        for name in ("beta", "shares", "units", "order"):
            if valued.get(name) is not None:
                raise BadQuestion(f"A game takes no {name}.", hint="Leave it out.")
        return games.shapiq_game(*self._units("game", valued))

    def _ground(self, name: str, valued: Valued) -> tuple[Ground, tuple[str, ...], Quantity]:
        """The cells that are looked at, the names of the units, and the sums over the cells."""
        _refuse_some(name, valued)
        ground, names = self._units(name, valued)
        return ground, names, quantity(name, len(names), _options(valued))

    def _estimate(self, ground: Ground, method: str | None) -> Asked | None:
        """Which estimate is asked for; how sets were chosen is read where it is needed."""
        return estimating.read(method, lambda: self.designs.of(ground.index, ground.measure))

    def _structured(self, name: str, valued: Valued) -> tuple[Ground, tuple[str, ...]]:
        """The units of a quantity whose sums are not by rank alone."""
        check(name, _options(valued))
        _refuse_some(name, valued)
        return self._units(name, valued)

    def _units(self, name: str, valued: Valued) -> tuple[Ground, tuple[str, ...]]:
        """The units that are valued, with their names."""
        by, groups = valued.get("by", "object"), valued.get("groups")
        refuse_other_than(get_args(UnitKind), by, "unit")
        empty = valued.get("empty")
        if empty is not None and not isfinite(empty):
            raise BadQuestion(
                "A score must be a number.", hint="Say which score it is taken to be."
            )
        index = self.index()
        followed = _valued(index, valued.get("measure"))
        held, whole = _ends(index, followed, valued.get("given"), valued.get("of"))
        named = groups if groups is None or isinstance(groups, Mapping) else groups_of(groups)
        most = MOST_PAIRED if name.endswith("-interaction") else MOST_VALUED
        moving = roster(
            index.universe, "withdrawal", whole, Call(None, by, named, held, most)
        ).units
        ground = Ground(index, followed, held, tuple(mask for _, mask in moving), empty)
        return ground, tuple(each for each, _ in moving)

    def _listing(
        self, name: str, valued: Valued, assume: Assumed | None, *, apart: bool = False
    ) -> Listing:
        """A quantity of a few cells each, with these cells."""
        check(name, _options(valued))
        if name == "evaluation-value":
            return self._evaluation(valued, assume, apart=apart)
        ground, names = self._units("leave-one-out", valued)
        chosen = named(names, valued.get("units"))
        if len(chosen) < len(names):
            masks = tuple(ground.units[each] for each in chosen)
            held, names = ground.whole & ~sum(masks), tuple(names[each] for each in chosen)
            taken = ground.taken if held == ground.held else None
            ground = Ground(ground.index, ground.measure, held, masks, taken)
        if name == "pair-interaction" and len(names) > MOST_PAIRED:
            raise BadQuestion(
                f"{len(names):,} units have too many pairs; at most {MOST_PAIRED:,} are paired.",
                hint="Name units, or let owners or groups leave together.",
            )
        return marginals.listing(name, ground, names, assume, apart=apart)

    def _evaluation(self, valued: Valued, assume: Assumed | None, *, apart: bool) -> Listing:
        """What joins the evaluation set of a measure."""
        for each in ("given", "empty"):
            if valued.get(each) is not None:
                raise BadQuestion(
                    f"{each!r} was said, but evaluation values are of one training set.",
                    hint="Leave it out; `of` names the training set.",
                )
        index, by = self.index(), valued.get("by", "object")
        refuse_other_than(get_args(UnitKind), by, "unit")
        followed = _valued(index, valued.get("measure"))
        trained = _ends(index, followed, None, valued.get("of"))[1]
        groups = valued.get("groups")
        named = groups if groups is None or isinstance(groups, Mapping) else groups_of(groups)
        joining = roster(
            index.universe,
            "acquisition",
            evaluation.members(index, followed),
            Call(valued.get("units") or None, by, named, None, MOST_VALUED),
        ).units
        return evaluation.listing(index, followed, trained, joining, assume, apart=apart)


def _options(valued: Valued) -> Options:
    """What the quantity is told."""
    return Options(valued.get("beta"), valued.get("shares"), valued.get("order"))


def _refuse_estimate(name: str, method: str | None) -> None:
    """Refuse an estimate of what is exact or nothing."""
    if method not in (None, estimating.NONE) and name in (*LISTED, *STRUCTURED):
        raise BadQuestion(
            f"There are no estimates of {name}.",
            hint="Leave it out, or ask for a value such as shapley or banzhaf.",
        )


def _refuse_some(name: str, valued: Valued) -> None:
    """Refuse names of some units where all are valued."""
    if valued.get("units") and name not in LISTED:
        raise BadQuestion(
            f"{name!r} is of all units between two sets: some alone cannot be named.",
            hint="Ask for all, or say between which sets with `of` and `given`.",
        )


def named(names: tuple[str, ...], units: Sequence[str] | None) -> list[int]:
    """The places of the units that are named, in their order; of all without names."""
    for unit in units or ():
        if unit not in names:
            near = closest(unit, names)
            with about(unit):
                raise BadQuestion(
                    f"{unit!r} is no unit that is valued here.",
                    hint=did_you_mean(near) or f"These are: {', '.join(names[:8])}.",
                    suggestions=near,
                )
    return [place for place, each in enumerate(names) if not units or each in units]


def _valued(index: LatticeIndex, measure: str | None) -> int:
    """The measure whose scores are shared out."""
    if measure is not None:
        return measure_in(index, measure)
    if len(index.measures) != 1:
        names = ", ".join(each.name for each in index.measures[:4])
        raise BadQuestion(
            "A value needs a measure: under which is it to be?",
            hint=f"This lattice has {len(index.measures)}, for example {names}.",
        )
    return 0


def _ends(index: LatticeIndex, measure: int, given: str | None, of: str | None) -> tuple[int, int]:
    """The set that is always held, and the set of all units with it."""
    universe, domain = index.universe, index.measures[measure].domain
    lower, upper = 0, universe.base_mask
    if domain is not None:
        lower = mask_of_positions([universe.position[each] for each in domain.lower])
        if domain.upper is not None:
            upper = mask_of_positions([universe.position[each] for each in domain.upper])
    ends = []
    for text, default in ((given, lower), (of, upper)):
        if text is None:
            ends.append(default)
            continue
        with about(text):
            mask = universe.read(text)
            if domain is not None and (lower & ~mask or mask & ~upper):
                raise BadQuestion(
                    f"{index.measures[measure].name} is not defined for {universe.spell(mask)}.",
                    hint=f"It is defined from {universe.spell(lower)} to {universe.spell(upper)}.",
                )
            ends.append(mask)
    held, whole = ends
    if held & ~whole:
        with about(given or of or ""):
            raise BadQuestion(
                f"{universe.spell(held)} is not within {universe.spell(whole)}: nothing is valued"
                " between them.",
                hint="Name a set, and what is always held of it.",
            )
    return held, whole


def _item(spelled: list[str], unit: str) -> int:
    """The item of a name."""
    if unit not in spelled:
        near = closest(unit, spelled)
        with about(unit):
            raise BadQuestion(
                f"{unit!r} is nothing that is valued here.",
                hint=did_you_mean(near) or f"For example {', '.join(spelled[:4])}.",
                suggestions=near,
            )
    return spelled.index(unit)
