"""One question for a path, answered: the best path, or why there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from msgspec import structs

from lattice.errors import BadQuestion, OutOfTime
from lattice.index import LatticeIndex
from lattice.model import NoPath, Path, PathOptimism
from lattice.queries.paths.answer import Shown, described, names_of, not_found, some_of
from lattice.queries.paths.connecting import why_no_path
from lattice.queries.paths.constraints import Constraints, spelled, task_of
from lattice.queries.paths.costs import without_cost
from lattice.queries.paths.crossfit import path_optimism
from lattice.queries.paths.cube import Trainable
from lattice.queries.paths.fewest import fewest
from lattice.queries.paths.jumps import with_jumps
from lattice.queries.paths.longest import longest_run
from lattice.queries.paths.objectives import SCORED, SCORED_ENDS, Aim
from lattice.queries.paths.tasks import Route, Task, between, everything


def find_path(
    index: LatticeIndex,
    ends: tuple[int, int],
    aim: Aim,
    constraints: Constraints,
    shown: Shown,
    *,
    k: int = 1,
    jumps: bool = False,
) -> Path:
    """The best path from the first to the second of two rows.

    Args:
        k: how many of the best paths are given.
        jumps: whether steps may change several objects where single moves do not lead there.

    Raises:
        BadQuestion: constraints that contradict each other or that an end breaks.
        OutOfTime: the deadline passed before a path was found.
    """
    task, trainable = task_of(index, *ends, constraints)
    routes, notes = _best(task, aim, k)
    if routes:
        optimism = _optimism(task, aim, routes[0], shown)
        notes = (*_counting(routes[0]), *notes)
        return described(index, routes, aim, shown, optimism, notes)
    if jumps and (route := with_jumps(task)) is not None:
        return described(index, [route], aim, shown, notes=("single moves do not lead there",))
    reason, why = _why(task, trainable, aim, constraints)
    return not_found(index, ends, aim, shown.measures, reason, why)


def find_longest_run(
    index: LatticeIndex, ends: tuple[int | None, int | None], aim: Aim, shown: Shown
) -> Path:
    """The longest chain of moves that only add, through sets with a score.

    Args:
        ends: where it starts and ends, as rows; anywhere where they are left out.

    Raises:
        BadQuestion: an end has no score, no set has one, or the end does not hold the start.
    """
    goodness = aim.goodness(index)
    route = longest_run(index, everything(index), goodness, *ends)
    if route is not None:
        return described(index, [route], aim, shown, notes=_counting(route))
    name = "" if aim.measure is None else index.measures[aim.measure].name
    for row in ends:
        if row is not None and np.isnan(goodness[row]):
            raise BadQuestion(
                f"{index.training_set(row).name} has no score under {name}: it is in no run.",
                hint="Choose another set, or another measure.",
            )
    source, target = ends
    if source is None or target is None:
        raise BadQuestion(f"No set has a score under {name}.", hint="Choose another measure.")
    here, there = (index.training_set(row).name for row in (source, target))
    lost = index.mask_of(source) & ~index.mask_of(target)
    if lost:
        raise BadQuestion(
            f"A run only adds objects, and {here} does not lie within {there}:"
            f" {spelled(index, lost)} would have to be removed.",
            hint="Turn the ends around, or choose others.",
        )
    reason = f"no chain of sets with a score under {name} adds its way from {here} to {there}"
    return not_found(index, (source, target), aim, shown.measures, reason, None)


def _best(task: Task, aim: Aim, k: int) -> tuple[tuple[Route, ...], tuple[str, ...]]:
    """The k best paths, and what is to be said where they are fewer."""
    if k == 1:
        route = aim.solve(task)
        return (() if route is None else (route,)), ()
    found = aim.ranked(task, k)
    given = len(found.routes)
    if not found.complete:
        return found.routes, (f"stopped at the deadline after {given} of {k} paths",)
    if 0 < given < k:
        return found.routes, (f"there {'is' if given == 1 else 'are'} only {given} of these paths",)
    return found.routes, ()


def _optimism(task: Task, aim: Aim, route: Route, shown: Shown) -> PathOptimism | None:
    """What the path is worth on scores that did not choose it; step by step for one page."""
    if aim.objective not in SCORED or aim.measure is None or len(route.rows) < 3:
        return None
    try:
        found = path_optimism(
            task.index,
            aim.measure,
            route,
            lambda scores: aim.solve(task, scores),
            lambda scores, rows: aim.value(task.index, rows, scores),
            task.enterable,
        )
    except OutOfTime:
        return None
    page = slice(shown.start, None if shown.limit is None else shown.start + shown.limit)
    held_out = found.cross_fitted_profile
    return structs.replace(
        found,
        profile=found.profile[page],
        cross_fitted_profile=None if held_out is None else held_out[page],
        halves=tuple(
            structs.replace(half, training_sets=half.training_sets[page], scores=half.scores[page])
            for half in found.halves
        ),
    )


def _counting(route: Route) -> tuple[str, ...]:
    if route.counted:
        return ()
    return (f"at least {route.optima:,} paths are equally good: not all were counted",)


# ------------------------------------------------------------------ why there is none


def _why(
    task: Task, trainable: Trainable, aim: Aim, constraints: Constraints
) -> tuple[str, NoPath | None]:
    """Why there is no path in one sentence, and what lies on either side."""
    index = task.index
    here, there = (index.training_set(row).name for row in (task.source, task.target))
    name = "" if aim.measure is None else index.measures[aim.measure].name
    if aim.objective in SCORED_ENDS:
        goodness = aim.goodness(index)
        ends = (task.target,) if aim.objective == "average" else (task.source, task.target)
        missing = [row for row in ends if np.isnan(goodness[row])]
        if missing:
            sets = " and ".join(index.training_set(row).name for row in missing)
            return f"{sets} has no score under {name}, which this objective counts", None
    wanted = task
    if aim.objective == "average":
        wanted = task.only(between(index, task.source, task.target))
        trainable = _between_only(task, trainable)
    usable, trainable = _scored(wanted, trainable, aim)
    if (route := fewest(wanted)) is None:
        bound = constraints != Constraints()
        chain = f"no chain of stored sets{' that keep the constraints' if bound else ''}"
        reason = (
            f"{chain}, each one move from the next, leads from {here} to {there}: sets between"
            f" them are not stored{' or break them' if bound else ''}"
            if wanted is task
            else f"{chain} from {here} to {there} changes each object once"
        )
        return reason, _more(usable, trainable)
    if fewest(usable) is None:
        rows = np.array(route.rows[1:-1])
        needed = rows[np.isnan(aim.goodness(index)[rows])]
        reason = (
            f"every path from {here} to {there} passes a set without a score under {name}; the"
            f" shortest would need {names_of(index, needed)}"
        )
        return reason, _more(usable, trainable)
    if aim.objective == "cheapest" and aim.costs is not None:
        unknown = without_cost(index.universe, aim.costs)
        named = some_of(unknown, len(unknown))
        return f"every path from {here} to {there} adds an object without a cost: {named}", None
    slack = f" by more than {aim.slack:g}" if aim.slack else ""
    return f"every path from {here} to {there} gets worse{slack} somewhere under {name}", None


def _scored(task: Task, trainable: Trainable, aim: Aim) -> tuple[Task, Trainable]:
    """The task without sets that lack a score the objective needs; these may be trained."""
    if aim.objective not in SCORED:
        return task, trainable
    missing = np.isnan(aim.goodness(task.index))
    unscored = task.allowed & missing
    if trainable.unscored is not None:
        unscored |= trainable.unscored
    return task.only(~missing), replace(trainable, unscored=unscored)


def _between_only(task: Task, trainable: Trainable) -> Trainable:
    """Only sets between the ends may be trained."""
    index = task.index
    source, target = index.mask_of(task.source), index.mask_of(task.target)
    outside = (1 << index.universe.n) - 1 & ~(source | target)
    return replace(
        trainable,
        kept=trainable.kept | source & target,
        avoided=trainable.avoided | outside,
    )


def _more(task: Task, trainable: Trainable) -> NoPath | None:
    """What lies on either side and what would connect them; None where the deadline passed."""
    try:
        return why_no_path(task, trainable)
    except OutOfTime:
        return None
