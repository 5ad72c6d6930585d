"""Which sets and moves a path may use: every constraint as a mask before any objective sees it.

Constraints hold for every set on the path, the two ends among them. The ends are given: where one
of them breaks a constraint, no path could keep it, and the question is refused with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from lattice.errors import BadQuestion, about
from lattice.index import LatticeIndex
from lattice.queries.paths.cube import Trainable
from lattice.queries.paths.tasks import Allowed, Kinds, Task, between, everything
from lattice.queries.predicates import select
from lattice.subsets import positions_of_mask, words_of_masks

_NOTHING = np.broadcast_to(np.False_, (2**62,))
Limits = tuple[tuple[int, float], ...]
"""Measures and numbers in their own units."""


@dataclass(frozen=True)
class Constraints:
    """What has to hold of every set on a path.

    `kinds` says which moves may be used. `kept` is the mask of the objects that are in every set,
    `avoided` of those that are in none. Every set is at least as good as each of `floors` and at
    most as good as each of `ceilings`: for a metric of which less is better a floor is a largest
    score, a ceiling a smallest one; a set without a score satisfies neither. `where` is a
    predicate. Under each of `evaluated` every set has a score.
    """

    kinds: Kinds = "any"
    lowest: int | None = None
    highest: int | None = None
    kept: int = 0
    avoided: int = 0
    floors: Limits = ()
    ceilings: Limits = ()
    where: str | None = None
    evaluated: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class _Rule:
    """One constraint: what it says of a set, and the sets (N,) of which it holds.

    `unknown` are the sets of which it may turn out to hold once they have a score.
    """

    says: str
    holds: Allowed
    hint: str
    unknown: Allowed


def task_of(
    index: LatticeIndex, source: int, target: int, constraints: Constraints
) -> tuple[Task, Trainable]:
    """The search that the constraints allow, and what they allow of sets that are not stored.

    Raises:
        BadQuestion: constraints that contradict each other, that no set keeps, or that an end
            breaks.
    """
    _refuse_contradictions(index, source, target, constraints)
    rules = _membership_rules(index, constraints)
    scored = _score_rules(index, constraints)
    for rule in (*rules, *scored):
        _refuse_broken(index, source, target, rule)
    allowed = _all_hold(index, [rule.holds for rule in rules])
    if constraints.kinds != "any":
        allowed = allowed & between(index, source, target)
    possible = allowed
    for rule in scored:
        possible = possible & (rule.holds | rule.unknown)
        allowed = allowed & rule.holds
    trainable = Trainable(
        kept=constraints.kept,
        avoided=constraints.avoided,
        lowest=constraints.lowest or 0,
        highest=constraints.highest,
        unscored=possible & ~allowed if scored else None,
    )
    return Task(index, source, target, allowed, constraints.kinds), trainable


def _all_hold(index: LatticeIndex, masks: list[Allowed]) -> Allowed:
    if not masks:
        return everything(index)
    allowed: Allowed = np.logical_and.reduce(masks)
    return allowed


# ------------------------------------------------------------------ single rules


def _membership_rules(index: LatticeIndex, constraints: Constraints) -> list[_Rule]:
    """Rules about what sets hold."""
    never = _NOTHING[: len(index)]
    rules = []
    width = index.words.shape[1]
    if constraints.kept:
        (kept,) = words_of_masks([constraints.kept], width)
        holds = (index.words & kept == kept).all(axis=1)
        said = f"hold {spelled(index, constraints.kept)}, which is to stay"
        rules.append(_Rule(said, holds, "Keep other objects, or choose other ends.", never))
    if constraints.avoided:
        (avoided,) = words_of_masks([constraints.avoided], width)
        holds = (index.words & avoided == 0).all(axis=1)
        said = f"lack {spelled(index, constraints.avoided)}, which is to be avoided"
        rules.append(_Rule(said, holds, "Avoid other objects, or choose other ends.", never))
    if constraints.lowest:
        said = f"have a rank of at least {constraints.lowest}"
        holds = index.ranks >= constraints.lowest
        rules.append(_Rule(said, holds, "Allow lower ranks, or choose other ends.", never))
    if constraints.highest is not None:
        said = f"have a rank of at most {constraints.highest}"
        holds = index.ranks <= constraints.highest
        rules.append(_Rule(said, holds, "Allow higher ranks, or choose other ends.", never))
    if constraints.where is not None:
        holds = select(index, constraints.where)
        said = f"fulfill {constraints.where!r}"
        rules.append(_Rule(said, holds, "Ask for less, or choose other ends.", never))
    return rules


def _score_rules(index: LatticeIndex, constraints: Constraints) -> list[_Rule]:
    """Rules about scores."""
    rules = []
    for limits, is_floor in ((constraints.floors, True), (constraints.ceilings, False)):
        for measure, limit in limits:
            goodness = index.goodness(measure)
            higher = index.measures[measure].metric.direction == "higher"
            bound = limit if higher else -limit
            holds = goodness >= bound if is_floor else goodness <= bound
            word = "at least" if higher == is_floor else "at most"
            name = index.measures[measure].name
            said = f"have a score of {word} {limit:g} under {name}"
            hint = "Loosen that bound, or choose other ends."
            unknown = index.columns[measure].count == 0
            rules.append(_Rule(said, holds, f"{_range(index, measure)} {hint}", unknown))
    for measure in constraints.evaluated:
        said = f"have a score under {index.measures[measure].name}"
        holds = index.columns[measure].count > 0
        rules.append(_Rule(said, holds, "Allow sets without one, or choose other ends.", ~holds))
    return rules


def _range(index: LatticeIndex, measure: int) -> str:
    means = index.columns[measure].mean
    if np.isnan(means).all():
        return "No set has a score there."
    return f"Scores there go from {np.nanmin(means):.6g} to {np.nanmax(means):.6g}."


# ------------------------------------------------------------------ refusals


def _refuse_contradictions(
    index: LatticeIndex, source: int, target: int, constraints: Constraints
) -> None:
    """Refuse constraints that no lattice could keep."""
    both = constraints.kept & constraints.avoided
    if both:
        raise BadQuestion(
            f"{spelled(index, both)} cannot both stay in every set and be avoided.",
            hint="Name each object on one side only.",
        )
    lowest, highest = constraints.lowest or 0, constraints.highest
    for rank in (lowest, 0 if highest is None else highest):
        if not _is_rank(rank):
            raise BadQuestion(
                f"A rank is a number of objects, 0 or more, and not {rank!r}.",
                hint="Give a whole number.",
            )
    if highest is not None and lowest > highest:
        raise BadQuestion(
            f"No set has a rank of at least {lowest} and at most {highest}.",
            hint=f"Give a lowest rank up to the highest, for example {highest} and {lowest}.",
        )
    if constraints.kinds != "any":
        _refuse_wrong_way(index, source, target, constraints.kinds)


def _is_rank(given: object) -> bool:
    """Whether it is a number of objects; askers in Python may give anything."""
    return isinstance(given, Integral) and int(given) >= 0


def _refuse_wrong_way(index: LatticeIndex, source: int, target: int, kinds: Kinds) -> None:
    """Refuse ends of which one kind of moves cannot make the other."""
    here, there = index.mask_of(source), index.mask_of(target)
    against = here & ~there if kinds == "add" else there & ~here
    if against:
        one, two = index.universe.spell(here), index.universe.spell(there)
        objects = spelled(index, against)
        how = f"{objects} would have to be {'removed' if kinds == 'add' else 'added'}"
        raise BadQuestion(
            f"Only {'adding' if kinds == 'add' else 'removing'} objects cannot lead from {one} to"
            f" {two}: {how}.",
            hint="Allow both kinds of moves, or turn the ends around.",
        )


def _refuse_broken(index: LatticeIndex, source: int, target: int, rule: _Rule) -> None:
    """Refuse a rule that no set or not both ends keep."""
    if not rule.holds.any():
        raise BadQuestion(f"No set would {rule.says}.", hint=rule.hint)
    for row in dict.fromkeys((source, target)):
        if not rule.holds[row]:
            name = index.universe.spell(index.mask_of(row))
            with about(name):
                raise BadQuestion(
                    f"Every set on the path is to {rule.says}, but {name} does not.",
                    hint=rule.hint,
                )


def spelled(index: LatticeIndex, mask: int) -> str:
    """Some objects by name; the first few of many."""
    names = [index.universe.names[each] for each in positions_of_mask(mask)]
    more = f" and {len(names) - 4} more" if len(names) > 5 else ""
    return ", ".join(names[:4] if more else names) + more
