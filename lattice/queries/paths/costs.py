"""What moves cost: from the objects' own costs and from what the asker says."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lattice.errors import BadQuestion, about
from lattice.notation import Universe
from lattice.queries.paths.losses import Costs

ADDING, REMOVING = 0, 1


MOST = 1e100
"""No move costs more: sums of costs stay far from the largest float."""


def move_costs(
    universe: Universe,
    texts: Mapping[str, float] | None = None,
    asked: Mapping[str, str] | None = None,
) -> Costs:
    """What it costs to add and to remove each object, shape (n, 2).

    Adding costs what the object costs, removing nothing, unless `texts` says otherwise:
    `{"books": 3, "-books": 1, "+news": 2}` (with a minus for removing, with or without a plus for
    adding; a name that itself starts with a sign is read as the name first). An object whose cost
    nobody says is NaN: a missing cost is not 0, and no path adds the object.

    Args:
        asked: the asker's own words for each of the texts, which refusals speak of.

    Raises:
        UnknownObject: a name that no object has.
        BadQuestion: a cost that is negative, not finite or above 1e100, an object that is given twice, or no
            cost at all.
    """
    own = [math.nan if each.cost is None else each.cost for each in universe.objects]
    costs = np.column_stack([np.array(own, dtype=np.float64), np.zeros(universe.n)])
    said: set[tuple[int, int]] = set()
    for text, cost in (texts or {}).items():
        with about((asked or {}).get(text, text)):
            place = _move(universe, text)
            if place in said:
                raise BadQuestion(f"The cost of {text!r} is given twice.", hint="Give it once.")
            costs[place] = _checked(text, cost)
            said.add(place)
    negative = np.flatnonzero(costs[:, ADDING] < 0)
    if len(negative):
        name = universe.names[int(negative[0])]
        raise BadQuestion(
            f"The stored cost of {name} is {own[int(negative[0])]:g}, and a move cannot cost less"
            " than nothing.",
            hint=f"Say what adding it costs: {name}=0.",
        )
    large = np.flatnonzero(costs[:, ADDING] > MOST)
    if len(large):
        name = universe.names[int(large[0])]
        raise BadQuestion(
            f"The stored cost of {name} is {own[int(large[0])]:g}, and costs up to {MOST:g} can be"
            " summed.",
            hint=f"Say what adding it costs, in a larger unit: {name}=1.",
        )
    if not said and np.isnan(costs[:, ADDING]).all():
        example = universe.names[0] if universe.n else "books"
        raise BadQuestion(
            "No object of this lattice has a cost.",
            hint=f"Say what moves cost: {example}=3 for adding, -{example}=1 for removing.",
        )
    return costs


def without_cost(universe: Universe, costs: Costs) -> tuple[str, ...]:
    """The objects that no path may add because nobody says what that costs."""
    return tuple(universe.names[int(each)] for each in np.flatnonzero(np.isnan(costs[:, ADDING])))


def _move(universe: Universe, text: str) -> tuple[int, int]:
    """(position, adding or removing) of `books`, `+books` or `-books`."""
    if text in universe.position:
        return universe.position[text], ADDING
    name = text[1:] if text[:1] in ("+", "-") else text
    return universe.position_of(name), REMOVING if text.startswith("-") else ADDING


def _checked(text: str, cost: float) -> float:
    if not math.isfinite(cost) or cost < 0:
        raise BadQuestion(
            f"The cost of {text!r} is {cost:g}, and a move costs 0 or more.",
            hint=f"Give a number from 0 on, for example {text}=1.",
        )
    if cost > MOST:
        raise BadQuestion(
            f"The cost of {text!r} is {cost:g}, and costs up to {MOST:g} can be summed.",
            hint="Give all costs in a larger unit.",
        )
    return float(cost)
