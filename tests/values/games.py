"""Games whose values are known in closed form, and values by plain loops over their definitions.

A game is a function of a mask of m players. Nothing here knows how the library computes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, permutations
from math import comb, factorial

Game = Callable[[int], float]


def table(game: Game, m: int) -> dict[int, float]:
    """The worth of all sets."""
    return {mask: game(mask) for mask in range(1 << m)}


def members(mask: int) -> list[int]:
    return [each for each in range(mask.bit_length()) if mask >> each & 1]


# ------------------------------------------------------------------ games


def unanimity(carrier: int) -> Game:
    """1 for the sets that hold the carrier."""
    return lambda mask: float(mask & carrier == carrier)


def total(games: Sequence[tuple[float, Game]]) -> Game:
    """A weighted sum of games."""
    return lambda mask: sum(weight * game(mask) for weight, game in games)


def majority(m: int) -> Game:
    """1 for more than half of m players."""
    return lambda mask: float(2 * mask.bit_count() > m)


def gloves(left: int) -> Game:
    """Pairs of a left glove, which the players of the mask `left` have, and a right one."""
    return lambda mask: float(min((mask & left).bit_count(), (mask & ~left).bit_count()))


def airport(costs: Sequence[float]) -> Game:
    """The cost of the longest runway that some player of the set needs."""
    return lambda mask: max((costs[each] for each in members(mask)), default=0.0)


def voting(weights: Sequence[int], quota: int) -> Game:
    """1 for the sets whose votes reach the quota."""
    return lambda mask: float(sum(weights[each] for each in members(mask)) >= quota)


def squared(mask: int) -> float:
    """|S|^2."""
    return float(mask.bit_count() ** 2)


# ------------------------------------------------------------------ their values


def airport_shapley(costs: Sequence[float]) -> list[float]:
    """Each section of the runway is paid alike by all who need it."""
    ends = sorted(set(costs))
    return [
        sum(
            (end - start) / sum(other >= end for other in costs)
            for start, end in zip([0.0, *ends], ends, strict=False)
            if end <= cost
        )
        for cost in costs
    ]


def unanimity_beta(m: int, size: int, a: int, b: int) -> float:
    """Beta(a, b) of a member of a carrier of so many of m players.

    The player joins a set of the other members and s more: sum of C(m - size, s) p(size - 1 + s)
    with p(k) = B(k + b, m - 1 - k + a) / B(a, b), here with factorials.
    """

    def beta(one: int, other: int) -> float:
        return factorial(one - 1) * factorial(other - 1) / factorial(one + other - 1)

    return sum(
        comb(m - size, more) * beta(size - 1 + more + b, m - size - more + a) / beta(a, b)
        for more in range(m - size + 1)
    )


# ------------------------------------------------------------------ by definition


def by_orders(game: Game, m: int) -> list[float]:
    """Shapley: the mean over all orders of what each player adds to those before."""
    return _mean_of_orders(game, m, permutations(range(m)))


def by_orders_of_blocks(game: Game, blocks: Sequence[Sequence[int]]) -> list[float]:
    """Owen: the same over all orders in which the players of each block come together."""

    def orders() -> Iterator[tuple[int, ...]]:
        def extended(
            before: tuple[int, ...], left: list[Sequence[int]]
        ) -> Iterator[tuple[int, ...]]:
            if not left:
                yield before
            for place, block in enumerate(left):
                for inner in permutations(block):
                    yield from extended((*before, *inner), left[:place] + left[place + 1 :])

        return extended((), list(blocks))

    return _mean_of_orders(game, sum(map(len, blocks)), orders())


def _mean_of_orders(game: Game, m: int, orders: Iterator[tuple[int, ...]]) -> list[float]:
    found, count = [0.0] * m, 0
    for order in orders:
        count += 1
        before = 0
        for each in order:
            found[each] += game(before | 1 << each) - game(before)
            before |= 1 << each
    return [each / count for each in found]


def semivalue(game: Game, p: Sequence[float]) -> list[float]:
    """sum over S without i of p(|S|) (v(S+i) - v(S)), set by set."""
    m = len(p)
    return [
        sum(
            p[mask.bit_count()] * (game(mask | 1 << each) - game(mask))
            for mask in range(1 << m)
            if not mask >> each & 1
        )
        for each in range(m)
    ]


def interaction(game: Game, q: Sequence[float]) -> list[float]:
    """sum over S without i, j of q(|S|) (v(S+ij) - v(S+i) - v(S+j) + v(S)), for every two."""
    m = len(q) + 1
    found = []
    for one, other in combinations(range(m), 2):
        both = 1 << one | 1 << other
        found.append(
            sum(
                q[mask.bit_count()]
                * (game(mask | both) - game(mask | 1 << one) - game(mask | 1 << other) + game(mask))
                for mask in range(1 << m)
                if not mask & both
            )
        )
    return found


def dividend(game: Game, own: int) -> float:
    """sum over T within S of (-1)^(|S|-|T|) v(T)."""
    found, within = 0.0, own
    while True:
        sign = 1 if (own ^ within).bit_count() % 2 == 0 else -1
        found += sign * game(within)
        if not within:
            return found
        within = (within - 1) & own


def shapley_weights(m: int) -> list[float]:
    return [factorial(s) * factorial(m - 1 - s) / factorial(m) for s in range(m)]
