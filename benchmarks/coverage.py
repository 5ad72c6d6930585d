"""How often intervals of estimates hold the truth: per family of games and design, never pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lattice.values import weights
from lattice.values.ranked import RankedSums, semivalues
from tests.values import games
from tests.values.hidden import Estimate, Table, as_table, exact, simulated
from tests.values.test_estimates_coverage import (
    BANZHAF,
    HALVED,
    RANDOM,
    SHAPLEY,
    M,
    by_chains,
    by_reuse,
    by_strata,
    tables,
)

TIMES = 400
BETA = semivalues(weights.beta(M, 4, 1))
DESIGNS: dict[str, tuple[RankedSums, Callable[[Table], Estimate]]] = {
    "stratified, 70%": (SHAPLEY, lambda table: by_strata(table, SHAPLEY, 0.7, RANDOM)),
    "stratified, 50%": (SHAPLEY, lambda table: by_strata(table, SHAPLEY, 0.5, RANDOM)),
    "stratified, 30%": (SHAPLEY, lambda table: by_strata(table, SHAPLEY, 0.3, RANDOM)),
    "Banzhaf, drawn by 1/2, 20%": (BANZHAF, lambda table: by_strata(table, BANZHAF, 0.2, HALVED)),
    "Banzhaf, reuse, 30%": (BANZHAF, by_reuse),
    "10 chains": (SHAPLEY, lambda table: by_chains(table, antithetic=False, count=10)),
    "20 chains": (SHAPLEY, lambda table: by_chains(table, antithetic=False)),
    "40 chains": (SHAPLEY, lambda table: by_chains(table, antithetic=False, count=40)),
    "20 antithetic pairs": (SHAPLEY, lambda table: by_chains(table, antithetic=True)),
    "Beta(4, 1), 50%": (BETA, lambda table: by_strata(table, BETA, 0.5, RANDOM)),
}
RARE = {
    "three left gloves of ten": games.gloves(0b111),
    "all five of ten": games.unanimity(0b11111),
}


@dataclass(frozen=True)
class Row:
    """One family and design."""

    family: str
    design: str
    covered: float
    answered: float
    bias: float

    def __str__(self) -> str:
        return (
            f"{self.family:<24} {self.design:<28} {self.covered:6.1%} covered"
            f" {self.answered:7.1%} answered   bias {self.bias:.1f} standard errors"
        )


def rows() -> Iterator[object]:
    """The rows of this table: nominal 90%, of ten objects, anchors stored, others drawn."""
    every = tables() | {name: as_table(game, M) for name, game in RARE.items()}
    for family, table in every.items():
        for design, (sums, estimate) in DESIGNS.items():
            found = simulated(exact(table, sums), estimate(table), TIMES)
            yield Row(family, design, found.covered, found.answered, found.bias)
