"""Pareto paths as an answer: every way to trade one objective for another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import ParetoPath, Tradable, Tradeoffs
from lattice.queries.crossfit import OPTIMISTIC
from lattice.queries.paths.answer import Shown, described
from lattice.queries.paths.constraints import Constraints, task_of
from lattice.queries.paths.finding import find_path
from lattice.queries.paths.losses import Weights, expenses, losses, single_moves
from lattice.queries.paths.objectives import SCORED, Aim
from lattice.queries.paths.pareto import Front, Trade, floor_and_sum, two_sums
from lattice.queries.paths.tasks import Task
from lattice.queries.pieces import next_page

_LONGEST = 1_000
"""No more steps of a path are listed here."""
_ASKED_WHY: tuple[Tradable, ...] = ("fewest", "least-loss", "widest", "cheapest")
"""Of two objectives that have no path, the first of these says why."""
_STOPPED = "stopped at the deadline or the cap on labels: there may be more"


def find_tradeoffs(
    index: LatticeIndex,
    ends: tuple[int, int],
    objectives: tuple[Tradable, Tradable],
    aim: Aim,
    constraints: Constraints,
    shown: Shown,
) -> Tradeoffs:
    """The Pareto paths from the first to the second of two rows.

    Args:
        objectives: two different ones.
        aim: whose measure and costs the objectives follow; its own objective does not matter.
        shown: the measures of every step, and which of the paths are given.

    Raises:
        BadQuestion: constraints that contradict each other or that an end breaks.
        OutOfTime: the deadline passed before a path was found.
    """
    task, _ = task_of(index, *ends, constraints)
    front = _front(task, objectives, aim)
    trades = front.trades if objectives[1] != "widest" else tuple(reversed(front.trades))
    limit = len(trades) if shown.limit is None else shown.limit
    notes: tuple[str, ...] = () if front.complete else (_STOPPED,)
    why = None
    if not trades:
        notes = ("no path serves both objectives",)
        for each in sorted(objectives, key=_ASKED_WHY.index):
            alone = find_path(index, ends, replace(aim, objective=each), constraints, shown)
            if not alone.found:
                notes, why = alone.notes, alone.why
                break
    elif SCORED.intersection(objectives):
        notes = (*notes, OPTIMISTIC)
    return Tradeoffs(
        first=objectives[0],
        second=objectives[1],
        measure=None if aim.measure is None else index.measures[aim.measure].name,
        source=index.training_set(ends[0]),
        target=index.training_set(ends[1]),
        items=tuple(
            _item(index, each, objectives, aim, shown.measures)
            for each in trades[shown.start : shown.start + limit]
        ),
        next=next_page(shown.start, limit, len(trades)),
        total=len(trades),
        complete=front.complete,
        why=why,
        notes=notes,
    )


def _item(
    index: LatticeIndex,
    trade: Trade,
    objectives: tuple[Tradable, Tradable],
    aim: Aim,
    measures: tuple[int, ...],
) -> ParetoPath:
    rows = np.array(trade.route.rows)
    first, second = (replace(aim, objective=each).value(index, rows) for each in objectives)
    path = described(
        index, [trade.route], replace(aim, objective=objectives[0]), Shown(measures, 0, _LONGEST)
    )
    return ParetoPath(first, second, path)


def _front(task: Task, objectives: tuple[Tradable, Tradable], aim: Aim) -> Front:
    """The Pareto paths; where one objective is widest, from its highest floor on."""
    goodness = aim.goodness(task.index)
    sums: list[Weights] = []
    for objective in objectives:
        if objective == "least-loss":
            prepared = losses(task, goodness)
            if prepared is None:
                return Front((), complete=True)
            task, weights = prepared
            sums.append(weights)
        elif objective == "cheapest":
            sums.append(expenses(task, aim.costs_in(task.index)))
        elif objective == "fewest":
            sums.append(single_moves(task))
    if len(sums) == 1:
        return floor_and_sum(task, goodness, sums[0])
    return two_sums(task, sums[0], sums[1])
