"""All ways to value the same units side by side: values, ranks, and how far the rankings agree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from lattice.model import Agreement, Method, Methods, MethodValue, Value
from lattice.queries.admissible import countable
from lattice.values import answers, catalog, semivalues
from lattice.values.assumptions import Assumed
from lattice.values.catalog import Options
from lattice.values.grounds import Ground

COMPARED: tuple[tuple[str, str, Options], ...] = (
    ("leave-one-out", "leave-one-out", Options()),
    ("beta(1, 16)", "beta", Options(beta=(1.0, 16.0))),
    ("shapley", "shapley", Options()),
    ("banzhaf", "banzhaf", Options()),
    ("beta(16, 1)", "beta", Options(beta=(16.0, 1.0))),
)
"""From what a unit adds to the largest sets to what it adds to the smallest."""


def methods(ground: Ground, names: tuple[str, ...], assume: Assumed | None) -> Methods:
    """The comparison."""
    found = []
    for name, quantity, options in COMPARED:
        asked = catalog.quantity(quantity, ground.m, options)
        findings = semivalues.find(ground, asked, names, assume)
        items = answers.values(findings)
        ranks = _ranks([each.value for each in items], ground.sign)
        found.append(
            Method(
                name=name,
                definition=asked.definition,
                status=answers.weakest(items),
                used=_total([each.used for each in items]),
                needed=countable(asked.sums.needed),
                items=tuple(_told(each, rank) for each, rank in zip(items, ranks, strict=True)),
                note=next((each.note for each in items if each.note), None),
            )
        )
    universe = ground.index.universe
    return Methods(
        measure=ground.index.measures[ground.measure].name,
        held=universe.training_set(ground.held),
        whole=universe.training_set(ground.whole),
        units=names,
        methods=tuple(found),
        agreements=tuple(_agreement(one, other) for one, other in combinations(found, 2)),
        notes=semivalues.notes(ground),
    )


def _total(used: Sequence[int]) -> int:
    """How many cells the method uses for its most demanding unit."""
    return max(used, default=0)


def _told(value: Value, rank: int | None) -> MethodValue:
    low, high = value.low, value.high
    if value.bounds is not None:
        low, high = value.bounds.low, value.bounds.high
    return MethodValue(value.name, value.status, value.value, low, high, rank)


def _ranks(values: Sequence[float | None], sign: float) -> list[int | None]:
    """1 for the best; equal values share the better rank. None where any is not known."""
    known = [each for each in values if each is not None]
    if len(known) < len(values):
        return [None] * len(values)
    good = sign * np.array(known)
    return [1 + int((good > each).sum()) for each in good]


def _agreement(one: Method, other: Method) -> Agreement:
    first = [each.value for each in one.items if each.value is not None]
    second = [each.value for each in other.items if each.value is not None]
    if (
        len(first) < len(one.items)
        or len(second) < len(other.items)
        or len(set(first)) < 2
        or len(set(second)) < 2
    ):
        return Agreement(one.name, other.name, None, None)
    from scipy.stats import kendalltau, spearmanr  # slow to import

    return Agreement(
        one.name,
        other.name,
        float(spearmanr(first, second).statistic),
        float(kendalltau(first, second).statistic),
    )
