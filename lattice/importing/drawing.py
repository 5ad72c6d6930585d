"""What a mapping says of the draws: with which probability, or along which chains."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from lattice.errors import MappingRefused
from lattice.model import DesignName

_STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True, defer_build=True)
_Name = Annotated[str, Field(min_length=1, max_length=10_000)]


@dataclass(frozen=True, config=_STRICT)
class Drawing:
    """How sets were drawn, where that is known: estimates rest on it."""

    probability: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Of random sets: the probability of each object to be in a set, all alike."""
    chains: tuple[tuple[_Name, ...], ...] = ()
    """Of chains: random orders of objects, by name; the sets are the first objects of each."""
    antithetic: bool = False
    """Of chains: each two that follow one another are reverses of each other."""


def refuse_odd_draws(design: DesignName, draws: Drawing, name: str) -> None:
    """Refuse draws that do not fit the design.

    Raises:
        MappingRefused: a probability without random sets, or chains that are none.
    """
    if draws.probability is not None and design != "random":
        raise MappingRefused(
            f"{name}: draws: a probability is given, but the design is {design}.",
            hint='Write design = "random" where each object was in a set with this probability.',
        )
    if (draws.chains or draws.antithetic) and design != "chains":
        raise MappingRefused(
            f"{name}: draws: chains are given, but the design is {design}.",
            hint='Write design = "chains" where random orders were drawn.',
        )
    for number, chain in enumerate(draws.chains, 1):
        if len(set(chain)) < len(chain):
            raise MappingRefused(
                f"{name}: draws: chain {number} names an object twice.",
                hint="A chain is an order of objects, each once.",
            )
    pairs = zip(draws.chains[::2], draws.chains[1::2], strict=False)
    odd = len(draws.chains) % 2 or any(one != other[::-1] for one, other in pairs)
    if draws.antithetic and odd:
        raise MappingRefused(
            f"{name}: draws: the chains are not pairs of an order and its reverse.",
            hint="Leave out antithetic, or list each chain's reverse right after it.",
        )
