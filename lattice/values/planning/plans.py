"""Plans in words: which cells to train next, what that is expected to bring, and what it has brought."""

from __future__ import annotations

from itertools import accumulate

from lattice.errors import BadQuestion
from lattice.model import Plan, PlannedCell, PlanQuestion, PlanReview, Uncertainty, Unit
from lattice.queries.admissible import countable
from lattice.queries.pieces import next_page
from lattice.subsets import positions_of_mask
from lattice.values import semivalues
from lattice.values.assumptions import Assumed
from lattice.values.planning import sampling, variance, width
from lattice.values.planning.aims import Aim, Chosen, prices

WIDTH: Uncertainty = "mean width of bounds"
ERROR: Uncertainty = "root mean square error"


def plan(
    aim: Aim,
    question: PlanQuestion,
    assume: Assumed | None,
    budget: float,
    *,
    seed: int = 0,
    start: int = 0,
    limit: int = 200,
) -> Plan:
    """The plan for an aim.

    Raises:
        BadQuestion: a budget that buys nothing, or nothing that a plan could go by.
    """
    if not 0 < budget < float("inf"):
        raise BadQuestion(
            f"A budget of {budget:g} buys nothing.", hint="Give how much may be trained: above 0."
        )
    price = prices(aim.ground, question.expense)
    if question.criterion == "width":
        chosen = width.by_width(aim, assume, price, budget)
    elif question.criterion == "variance":
        chosen = variance.by_variance(aim, assume, price, budget)
    else:
        chosen = sampling.by_sample(aim, price, budget, seed)
    return _told(aim, question, chosen, budget, start, limit)


def _told(
    aim: Aim, question: PlanQuestion, chosen: Chosen, budget: float, start: int, limit: int
) -> Plan:
    ground, universe = aim.ground, aim.ground.index.universe
    spent = list(accumulate(each.cost for each in chosen.choices))
    items = tuple(
        PlannedCell(
            training_set=universe.training_set(each.mask),
            kind=each.kind,
            replicate=each.replicate,
            weight=each.weight,
            gain=each.gain,
            left=each.left,
            cost=each.cost,
            spent=so_far,
        )
        for each, so_far in list(zip(chosen.choices, spent, strict=True))[start : start + limit]
    )
    return Plan(
        question=question,
        definition=aim.definition,
        units=tuple(
            Unit(name, tuple(universe.names[each] for each in positions_of_mask(mask)))
            for name, mask in zip(aim.names, ground.units, strict=True)
        ),
        held=universe.training_set(ground.held),
        whole=universe.training_set(ground.whole),
        uncertainty=WIDTH if question.criterion == "width" else ERROR,
        values=aim.count,
        before=chosen.before,
        after=chosen.after,
        sure=chosen.sure,
        budget=budget,
        spent=spent[-1] if spent else 0.0,
        candidates=countable(chosen.candidates),
        items=items,
        next=next_page(start, limit, len(chosen.choices)),
        total=len(chosen.choices),
        notes=(*chosen.notes, *_why_nothing(chosen, budget), *semivalues.notes(ground)),
    )


def _why_nothing(chosen: Chosen, budget: float) -> tuple[str, ...]:
    if chosen.choices:
        return ()
    if chosen.candidates == 0:
        return (
            "every cell with a weight has a score, and further replicates are not known to help",
        )
    return (
        f"a budget of {budget:g} pays for none of the {chosen.candidates:,} sets without a score",
    )


def review(aim: Aim, planned: Plan, assume: Assumed | None) -> PlanReview:
    """What has become of a plan."""
    ground, universe = aim.ground, aim.ground.index.universe
    masks = [(each, universe.read(each.training_set.key)) for each in planned.items]
    lacking = [each.training_set for each, mask in masks if not _is_trained(aim, each, mask)]
    if planned.question.criterion == "width":
        now: float | None = width.width(aim, assume)
    elif planned.question.criterion == "variance":
        now = variance.error(aim, assume)
    else:
        now = sampling.error(aim)
    notes = []
    if planned.total > len(planned.items):
        notes.append(
            f"only the {len(planned.items):,} listed of {planned.total:,} planned cells are looked at"
        )
    if any(each.kind != "new" for each in planned.items):
        notes.append(
            "further replicates of stored cells are counted in what is left, not one by one"
        )
    return PlanReview(
        question=planned.question,
        uncertainty=planned.uncertainty,
        planned=len(planned.items),
        trained=len(planned.items) - len(lacking),
        before=planned.before,
        predicted=planned.after,
        now=now,
        lacking=tuple(lacking),
        notes=(*notes, *semivalues.notes(ground)),
    )


def _is_trained(aim: Aim, planned: PlannedCell, mask: int) -> bool:
    return planned.kind != "new" or aim.ground.scored(mask)
