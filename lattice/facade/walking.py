"""Questions about paths."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import NamedTuple, TypedDict, Unpack, get_args

from lattice.errors import BadQuestion, about
from lattice.facade.asking import LARGEST_PAGE, Asking, measure_in, refuse_other_than
from lattice.index import LatticeIndex
from lattice.model import Objective, Only, Path, Sought, Tradable, Tradeoffs
from lattice.notation import find_measure
from lattice.queries import paths

MOST_PATHS = 100
_LARGEST_SLACK = 1e100
K_BEST: tuple[Objective, ...] = ("fewest", "least-loss", "cheapest")
"""Objectives of which the next best paths can be given."""


Amounts = Mapping[str, float] | Sequence[str | tuple[str, float]]
"""Numbers by name: `{"books": 3}`, as pairs, `[("books", 3)]`, or as texts, `["books=3"]`."""


class _Amount(NamedTuple):
    """A number for a name, and the asker's text for the two, or for the name."""

    name: str
    number: float
    text: str


class KeptOnPath(TypedDict, total=False):
    """What holds of every set on a path, its ends among them, as `Walking.path` says it."""

    only: Only | None
    min_rank: int | None
    max_rank: int | None
    keep: str | Sequence[str]
    avoid: str | Sequence[str]
    floors: Amounts
    ceilings: Amounts
    where: str | None
    evaluated: bool


class Walking(Asking):
    """Paths between training sets."""

    def path(
        self,
        source: str,
        target: str,
        *,
        objective: Objective = "fewest",
        measure: str | None = None,
        measures: Sequence[str] | None = None,
        k: int = 1,
        slack: float = 0.0,
        costs: Amounts = (),
        jumps: bool = False,
        only: Only | None = None,
        min_rank: int | None = None,
        max_rank: int | None = None,
        keep: str | Sequence[str] = (),
        avoid: str | Sequence[str] = (),
        floors: Amounts = (),
        ceilings: Amounts = (),
        where: str | None = None,
        evaluated: bool = False,
        start: int = 0,
        limit: int | None = None,
    ) -> Path:
        """The best chain of moves between two stored sets.

        - `fewest`: the fewest moves.
        - `widest`: the best worst score strictly between the ends, then the fewest moves.
        - `average`: the best mean score after the first set, where each differing object is
          changed once.
        - `least-loss`: the smallest sum of losses, move by move.
        - `monotone`: never worse than the best score so far (by more than `slack`); the fewest moves,
          then the mildest worst one.
        - `cheapest`: the smallest sum of costs.

        Constraints hold for every set on the path, also for the ends: where an end breaks one the
        question is refused.

        Args:
            measure: whose scores are followed; may be left out where the lattice has only one,
                and for `fewest` and `cheapest`.
            measures: whose cells and deltas are listed at every step; the one that is followed
                without it, else all.
            k: how many of the best paths are given, for `fewest`, `least-loss` and `cheapest`.
            slack: for `monotone`, in the metric's unit.
            costs: for `cheapest`: `{"books": 3, "-books": 1}` or `["books=3", "-books=1"]`, what
                adding and removing an object costs. Without it adding costs what the object costs
                and removing nothing.
            jumps: for `fewest`: where moves do not connect the ends, steps may change several
                objects, each counted.
            only: `add` or `remove`: only moves of this kind.
            min_rank, max_rank: bounds on the number of objects in a set.
            keep, avoid: objects that are in every set, or in none, as sets in any spelling.
            floors: scores by measure than which no set is worse, in the metric's own unit: a
                smallest accuracy, a largest loss. A set without a score is never good enough.
            ceilings: the same the other way round: scores than which no set is better.
            where: a predicate of which every set has to be an example: `contains("books")`.
            evaluated: only sets that have a score under `measure`, or else under all `measures`.
            start, limit: which steps are listed; all without them.

        Raises:
            BadQuestion: an objective that is none of these, or without what it needs;
                constraints that contradict each other or that an end breaks; k = 0.
            SetNotStored, UnknownMeasure, UnknownObject, Ambiguous, BadSpelling.
            OutOfTime: the deadline passed before a path was found.
        """
        refuse_other_than(get_args(Objective), objective, "objective")
        index = self.index()
        ends = self._row(index, source), self._row(index, target)
        followed = _followed(index, objective, measure)
        listed = self._listed(index, followed, measures)
        _refuse(objective, k, slack, jumps, start, limit)
        said = _amounts(costs)
        if said and objective != "cheapest":
            raise BadQuestion(
                f"Costs do not matter to {objective}.", hint="Leave them out, or ask for cheapest."
            )
        aim = paths.Aim(
            objective,
            followed,
            slack,
            _costs(index, said) if objective == "cheapest" else None,
        )
        constraints = _constraints(
            index,
            listed if followed is None else (followed,),
            KeptOnPath(
                only=only,
                min_rank=min_rank,
                max_rank=max_rank,
                keep=keep,
                avoid=avoid,
                floors=floors,
                ceilings=ceilings,
                where=where,
                evaluated=evaluated,
            ),
        )
        shown = paths.Shown(listed, start, limit)
        return paths.find_path(index, ends, aim, constraints, shown, k=k, jumps=jumps)

    def longest_run(
        self,
        *,
        source: str | None = None,
        target: str | None = None,
        measure: str | None = None,
        measures: Sequence[str] | None = None,
        start: int = 0,
        limit: int | None = None,
    ) -> Path:
        """The longest chain of moves that only add an object, through sets with a score.

        Args:
            source, target: where it starts, and ends; anywhere without them.
            measure: under which every set has a score; may be left out where there is only one.
            measures: whose cells and deltas are listed at every step; `measure` without it.
            start, limit: which steps are listed; all without them.

        Raises:
            BadQuestion: several measures and none chosen; an end without a score.
            SetNotStored, UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        index = self.index()
        ends = tuple(None if each is None else self._row(index, each) for each in (source, target))
        followed = _followed(index, "longest-run", measure)
        _refuse_page(start, limit)
        shown = paths.Shown(self._listed(index, followed, measures), start, limit)
        return paths.find_longest_run(
            index, (ends[0], ends[1]), paths.Aim("longest-run", followed), shown
        )

    def tradeoffs(
        self,
        source: str,
        target: str,
        *,
        first: Tradable,
        second: Tradable,
        measure: str | None = None,
        costs: Amounts = (),
        start: int = 0,
        limit: int | None = None,
        **kept: Unpack[KeptOnPath],
    ) -> Tradeoffs:
        """The Pareto paths of two objectives: none is better in one without losing in the other.

        Exact where one objective is `widest`. Two sums (losses, costs, moves) may be traded in
        exponentially many ways: after 100,000 labels the answer says that there may be more.

        Args:
            first, second: two of `fewest`, `widest`, `least-loss` and `cheapest`.
            measure, costs: as for `path`.
            start, limit: which of the paths are given, the best by `first` first; all without.
            kept: what holds of every set on the paths, as for `path`: `only`, `min_rank`,
                `max_rank`, `keep`, `avoid`, `floors`, `ceilings`, `where`, `evaluated`.

        Raises:
            BadQuestion: an objective that is none of these or that comes twice, or without what
                it needs; constraints that an end breaks.
            SetNotStored, UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        for each in (first, second):
            refuse_other_than(get_args(Tradable), each, "objective that can be traded")
        if first == second:
            raise BadQuestion(
                f"{first} cannot be traded for itself.", hint="Name two different objectives."
            )
        index = self.index()
        ends = self._row(index, source), self._row(index, target)
        followed = _followed(index, first if first in _FOLLOWS else second, measure)
        said = _amounts(costs)
        priced = "cheapest" in (first, second)
        if said and not priced:
            raise BadQuestion(
                f"Costs do not matter to {first} and {second}.",
                hint="Leave them out, or trade with cheapest.",
            )
        _refuse_page(start, limit)
        listed = self._listed(index, followed, None)
        paid = _costs(index, said) if priced else None
        return paths.find_tradeoffs(
            index,
            ends,
            (first, second),
            paths.Aim(first, followed, costs=paid),
            _constraints(index, listed if followed is None else (followed,), kept),
            paths.Shown(listed, start, limit),
        )

    def _listed(
        self, index: LatticeIndex, followed: int | None, measures: Sequence[str] | None
    ) -> tuple[int, ...]:
        if measures is None and followed is not None:
            return (followed,)
        return tuple(dict.fromkeys(self._chosen(index, measures)))


def _followed(index: LatticeIndex, objective: Sought, measure: str | None) -> int | None:
    """The measure whose scores are followed; None where there are several and none is needed."""
    if measure is not None:
        return measure_in(index, measure)
    if len(index.measures) == 1:
        return 0
    if objective not in _FOLLOWS:
        return None
    if not index.measures:
        raise BadQuestion(
            f"{objective} follows scores, and this lattice has none.",
            hint="Ask for `fewest`, or import scores.",
        )
    names = ", ".join(each.name for each in index.measures[:4])
    raise BadQuestion(
        f"A {objective} path needs a measure: whose {_FOLLOWS[objective]}?",
        hint=f"This lattice has {len(index.measures)}, for example {names}.",
    )


_FOLLOWS: dict[Sought, str] = {
    "widest": "worst score is to be best",
    "average": "mean score is to be best",
    "least-loss": "losses are to be smallest",
    "monotone": "score may never get worse",
    "longest-run": "scores are to be there",
}


def _refuse(
    objective: Objective,
    k: int,
    slack: float,
    jumps: bool,
    start: int,
    limit: int | None,
) -> None:
    """Refuse what this objective cannot use, and counts that make no sense."""
    if not _whole(k) or not 1 <= k <= MOST_PATHS:
        raise BadQuestion(
            f"{k} paths cannot be given.", hint=f"Ask for 1 to {MOST_PATHS}, for example k = 3."
        )
    if k > 1 and objective not in K_BEST:
        raise BadQuestion(
            f"The next best paths are not known for {objective}.",
            hint=f"Ask for one path, or for {', '.join(K_BEST)}.",
        )
    if not 0 <= slack <= _LARGEST_SLACK or (slack and objective != "monotone"):
        raise BadQuestion(
            f"A slack of {slack:g} makes no sense for {objective}.",
            hint=f"Only monotone takes a slack, from 0 to {_LARGEST_SLACK:g}.",
        )
    if jumps and objective != "fewest":
        raise BadQuestion(
            f"A {objective} path cannot jump.", hint="Leave jumps out, or ask for fewest."
        )
    if jumps and k > 1:
        raise BadQuestion(
            f"k = {k} does not go with jumps: only the best path may jump.",
            hint="Leave jumps out, or ask for one path.",
        )
    _refuse_page(start, limit)


def _refuse_page(start: int, limit: int | None) -> None:
    counts = [start] if limit is None else [start, limit]
    if not all(map(_whole, counts)) or (start < 0 or (limit is not None and limit < 1)):
        raise BadQuestion(
            f"Steps cannot be listed from {start} on with {limit} of them.",
            hint=f"Ask for 1 to {LARGEST_PAGE:,} steps from step 0 on.",
        )


def _whole(number: object) -> bool:
    return isinstance(number, Integral)


def _constraints(
    index: LatticeIndex, scored: tuple[int, ...], kept: KeptOnPath
) -> paths.Constraints:
    """What is asked of every set on a path; `scored` are the measures that `evaluated` means."""
    only = kept.get("only")
    if only is not None:
        refuse_other_than(get_args(Only), only, "kind of move")
    return paths.Constraints(
        kinds=only or "any",
        lowest=kept.get("min_rank"),
        highest=kept.get("max_rank"),
        kept=_objects(index, kept.get("keep", ())),
        avoided=_objects(index, kept.get("avoid", ())),
        floors=_limits(index, kept.get("floors", ())),
        ceilings=_limits(index, kept.get("ceilings", ())),
        where=kept.get("where"),
        evaluated=scored if kept.get("evaluated") else (),
    )


def _objects(index: LatticeIndex, texts: str | Sequence[str]) -> int:
    """The mask of all objects that are named."""
    mask = 0
    for text in [texts] if isinstance(texts, str) else texts:
        if not isinstance(text, str):
            raise BadQuestion(
                f"{text!r} is no name of an object.",
                hint=f"Name objects by text, for example {index.universe.names[0]!r}."
                if index.universe.n
                else "Name objects by text.",
            )
        with about(text):
            mask |= index.universe.read(text)
    return mask


def _limits(index: LatticeIndex, limits: Amounts) -> tuple[tuple[int, float], ...]:
    """Measures with their bounds."""
    found = []
    for name, limit, text in _amounts(limits):
        with about(text):
            found.append((find_measure(name, index.measures), limit))
    return tuple(found)


def _costs(index: LatticeIndex, said: Sequence[_Amount]) -> paths.Costs:
    """What moves cost; refusals name the asker's text."""
    return paths.move_costs(
        index.universe,
        {each.name: each.number for each in said},
        {each.name: each.text for each in said},
    )


def _amounts(said: Amounts) -> tuple[_Amount, ...]:
    """Numbers by name, from a mapping, from pairs or from texts.

    Raises:
        BadQuestion: what says no number for a name, or a name that comes twice.
    """
    found: dict[str, _Amount] = {}
    entries: Iterable[object] = [said] if isinstance(said, str) else said
    for each in said.items() if isinstance(said, Mapping) else entries:
        match each:
            case str():
                name, _, number = each.rpartition("=")
                text = each
            case (str(name), number):
                text = name
            case _:
                name, number, text = "", "", str(each)
        with about(text):
            try:
                value = float(number)
            except (TypeError, ValueError):
                value = math.nan
            if not name or math.isnan(value):
                raise BadQuestion(
                    f"{text!r} does not say a number for a name.",
                    hint="Write NAME=NUMBER, for example accuracy=0.6.",
                )
            if name in found:
                raise BadQuestion(f"There are two numbers for {name!r}.", hint="Give one.")
            found[name] = _Amount(name, value, text)
    return tuple(found.values())
