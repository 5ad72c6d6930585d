"""Questions about what to train next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack, get_args

from lattice.errors import BadQuestion
from lattice.facade.asking import checked_page, refuse_other_than
from lattice.facade.probing import Probing
from lattice.facade.valuing import Groups, Valued
from lattice.facade.walking import Walking
from lattice.model import (
    Criterion,
    Plan,
    PlannedCell,
    PlanQuestion,
    PlanReview,
    TrainingCost,
    Uncertainty,
)
from lattice.queries.units import groups_of
from lattice.values import assumptions
from lattice.values.assumptions import Assumed
from lattice.values.planning import aims, plans, width
from lattice.values.planning.aims import Aim

_SETS: Uncertainty = "sets that are lacking"


class Planning(Probing, Walking):
    """Which cells to buy next."""

    def plan(
        self,
        goal: str = "shapley",
        *,
        budget: float = 20,
        criterion: Criterion | None = None,
        expense: TrainingCost = "training",
        assume: str | None = None,
        most: int | None = None,
        seed: int = 0,
        start: int = 0,
        limit: int = 200,
        **valued: Unpack[Valued],
    ) -> Plan:
        """Which cells to train next so that values, or threats, are known better.

        Args:
            goal: a quantity as in `value` (not owen, dividends or evaluation-value), or `strike`:
                what the set loses when up to `most` units leave together.
            budget: how much may be trained.
            criterion: `width` narrows bounds, `variance` lowers the error, also by further
                replicates, `sample` draws at random by strata so that values can be estimated.
                Without it `width` where something bounds the cells, else `variance`.
            expense: what a set costs: one `training`, its `rank` (number of objects), or the sum of
                its objects' `size` or `cost`.
            assume: what bounds rest on, as in `value`.
            most: of `strike`: how many units leave together; 2 without it.
            seed: of the draw of `sample`.
            valued: as in `value`.

        Raises:
            BadQuestion: as in `value`; a budget that buys nothing, objects without a price.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        page = checked_page(start, limit)
        refuse_other_than(get_args(TrainingCost), expense, "expense")
        assumed = None if assume is None else assumptions.read(assume)
        aim = self._aim(goal, most, valued)
        if criterion is None:
            criterion = "width" if width.bounds_something(aim.ground, assumed) else "variance"
        refuse_other_than(("width", "variance", "sample"), criterion, "criterion")
        question = PlanQuestion(
            goal=goal,
            criterion=criterion,
            measure=aim.ground.index.measures[aim.ground.measure].name,
            assume=assume,
            of=valued.get("of"),
            given=valued.get("given"),
            by=valued.get("by", "object"),
            groups=_groups(valued.get("groups")),
            empty=valued.get("empty"),
            beta=valued.get("beta"),
            shares=None if valued.get("shares") is None else tuple(valued["shares"] or ()),
            most=most,
            expense=expense,
        )
        return plans.plan(aim, question, assumed, budget, seed=seed, start=page[0], limit=page[1])

    def review(self, plan: Plan) -> PlanReview:
        """What has become of a plan: how many of its cells are there, and what that has brought.

        Raises:
            BadQuestion: as in `plan`; a plan for a path, which asking for the path itself reviews.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        asked = plan.question
        valued = Valued(
            measure=asked.measure,
            of=asked.of,
            given=asked.given,
            by=asked.by,
            groups=asked.groups or None,
            empty=asked.empty,
            beta=asked.beta,
            shares=asked.shares,
        )
        if asked.criterion == "connect":
            raise BadQuestion(
                "A plan for a path is reviewed by asking for the path.",
                hint="Use `lattice path`.",
            )
        assumed: Assumed | None = None if asked.assume is None else assumptions.read(asked.assume)
        return plans.review(self._aim(asked.goal, asked.most, valued), plan, assumed)

    def plan_path(self, source: str, target: str, *, measure: str | None = None) -> Plan:
        """The fewest sets to train for a path of moves between two stored sets.

        Args:
            measure: under which every set of the path is to have a score; none without it.

        Raises:
            BadQuestion: there is such a path already.
            SetNotStored, UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        found = self.path(source, target, measure=measure, evaluated=measure is not None)
        if found.found or found.why is None:
            raise BadQuestion(
                f"There is a path from {found.source.name} to {found.target.name} already, of"
                f" {found.moves} moves.",
                hint="See it with `lattice path`.",
            )
        why = found.why
        items = tuple(
            PlannedCell(
                each, "new", None, 1.0, 1.0, float(len(why.to_train) - place - 1), 1.0, place + 1.0
            )
            for place, each in enumerate(why.to_train)
        )
        lacking = None if why.fewest is None else float(why.fewest)
        return Plan(
            question=PlanQuestion(
                "path",
                "connect",
                found.measure or "",
                None,
                source,
                target,
                "object",
                {},
                None,
                None,
                None,
                None,
                "training",
            ),
            definition="the fewest sets without which no chain of moves connects the two",
            units=(),
            held=found.source,
            whole=found.target,
            uncertainty=_SETS,
            values=1,
            before=lacking,
            after=0.0 if items and why.status == "exact" else lacking,
            sure=why.status == "exact",
            budget=float(len(items)),
            spent=float(len(items)),
            candidates=why.fewest,
            items=items,
            next=None,
            total=len(items),
            notes=why.notes,
        )

    def _aim(self, goal: str, most: int | None, valued: Valued) -> Aim:
        """What is wanted, with the cells that it rests on."""
        if goal == "strike":
            for name in ("beta", "shares", "units", "order"):
                if valued.get(name) is not None:
                    raise BadQuestion(f"A strike takes no {name}.", hint="Leave it out.")
            ground, names = self._units("strike", valued)
            return aims.of_threats(ground, names, 2 if most is None else most)
        if most is not None:
            raise BadQuestion(
                f"`most` was given, but {goal!r} has no coalitions.",
                hint="Leave it out, or plan for strike.",
            )
        ground, names, asked = self._ground(goal, valued)
        return aims.of_values(ground, names, asked.name, asked.definition, asked.sums)


def _groups(groups: Groups | None) -> dict[str, tuple[str, ...]]:
    """Groups by name, as a plan keeps them."""
    if groups is None:
        return {}
    named = groups if isinstance(groups, Mapping) else groups_of(groups)
    return {name: (said,) if isinstance(said, str) else tuple(said) for name, said in named.items()}
