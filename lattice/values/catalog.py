"""The quantities by name: what each is, and its sums over the sets of m units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from lattice.errors import BadQuestion, closest, did_you_mean
from lattice.model import QuantityName
from lattice.values import weights
from lattice.values.marginals import LEAVE_ONE_OUT, PAIR_INTERACTION
from lattice.values.ranked import interactions, semivalues
from lattice.values.semivalues import Quantity

NAMES: tuple[QuantityName, ...] = get_args(QuantityName)
LISTED = ("leave-one-out", "pair-interaction", "evaluation-value")
"""Quantities of a few cells each, which `marginals` and `evaluation` list without a table."""
STRUCTURED = ("owen", "dividends")
"""Quantities whose sums are not by rank alone, which `owen` and `dividends` make."""
_MARGINAL = "sum over S without i of p(|S|) (v(S+i) - v(S))"
_SQUARE = "sum over S without i, j of q(|S|) (v(S+ij) - v(S+i) - v(S+j) + v(S))"


@dataclass(frozen=True)
class Options:
    """What a quantity may be told.

    Args:
        beta: a and b of Beta(a, b).
        shares: the share of the weight on all sets of each size together, sizes 0 to m - 1.
        order: of dividends, how many units the sets have.
    """

    beta: tuple[float, float] | None = None
    shares: Sequence[float] | None = None
    order: int | None = None


def quantity(name: str, m: int, options: Options) -> Quantity:
    """A quantity for m units.

    Raises:
        BadQuestion: no such quantity, or options that do not fit it.
    """
    if name not in NAMES:
        near = closest(name, NAMES)
        raise BadQuestion(
            f"{name!r} is no quantity.",
            hint=did_you_mean(near) or f"It can be {', '.join(NAMES)}.",
            suggestions=near,
        )
    check(name, options)
    if name in STRUCTURED:
        raise BadQuestion(
            f"Of {name} there are the values themselves and their cells alone.",
            hint="Ask about a value of single units, for example shapley.",
        )
    if name.endswith("-interaction") and name not in LISTED:
        if m < 2:
            raise BadQuestion(
                "An interaction needs two units.", hint="Ask about a larger set, or other groups."
            )
        of_pairs = weights.shapley if name == "shapley-interaction" else weights.banzhaf
        formula = (
            "q(s) = s! (m-s-2)! / (m-1)!" if name == "shapley-interaction" else "q(s) = 2^-(m-2)"
        )
        return Quantity(name, f"{_SQUARE}, {formula}", interactions(of_pairs(m - 1)))
    if name in LISTED:
        return _at_the_whole(name, m)
    if name == "shapley":
        return Quantity(
            name, f"{_MARGINAL}, p(s) = s! (m-s-1)! / m!", semivalues(weights.shapley(m))
        )
    if name == "banzhaf":
        return Quantity(name, f"{_MARGINAL}, p(s) = 2^-(m-1)", semivalues(weights.banzhaf(m)))
    if name == "beta":
        a, b = options.beta or (1.0, 1.0)
        said = f"{_MARGINAL}, p(s) = B(s+{b:g}, m-1-s+{a:g}) / B({a:g}, {b:g})"
        return Quantity(name, said, semivalues(weights.beta(m, a, b)))
    shares = options.shares or ()
    said = f"{_MARGINAL}, p(s) C(m-1, s) = {', '.join(f'{each:g}' for each in shares[:8])}"
    return Quantity(name, said, semivalues(weights.by_size(m, shares)))


def check(name: str, options: Options) -> None:
    """Refuse options that do not fit a quantity.

    Raises:
        BadQuestion: one that is missing, or that it does not take.
    """
    needs = {"beta": ("beta", options.beta), "by-size": ("weights by size", options.shares)}
    for owner, (what, said) in needs.items():
        if name == owner and said is None:
            raise BadQuestion(
                f"{name!r} needs its {what}.",
                hint="For example 16,1." if owner == "beta" else "Give one share for each size.",
            )
        if name != owner and said is not None:
            raise BadQuestion(
                f"{what.capitalize()} were given, but {name!r} takes none.",
                hint=f"Leave them out, or ask for {owner}.",
            )
    if options.order is not None and name != "dividends":
        raise BadQuestion(
            f"An order was given, but {name!r} takes none.",
            hint="Leave it out, or ask for dividends.",
        )


def _at_the_whole(name: str, m: int) -> Quantity:
    """The same sums by rank: semivalues whose weight is all on the largest sets."""
    if name == "leave-one-out":
        return Quantity(name, LEAVE_ONE_OUT, semivalues(np.eye(m)[-1]))
    if name == "pair-interaction" and m >= 2:
        return Quantity(name, PAIR_INTERACTION, interactions(np.eye(m - 1)[-1]))
    raise BadQuestion(
        f"{name} cannot be split among units here.",
        hint="Ask about a value of single units, for example shapley or leave-one-out.",
    )
