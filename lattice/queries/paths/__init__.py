"""Paths between two stored sets: constraints as masks, one task, and the objectives that take it.

Among equally good paths the one is given whose first differing move adds before it removes, and
then changes the object that comes first in the universe.
"""

from lattice.queries.paths.answer import Shown
from lattice.queries.paths.constraints import Constraints
from lattice.queries.paths.costs import move_costs
from lattice.queries.paths.finding import find_longest_run, find_path
from lattice.queries.paths.losses import Costs
from lattice.queries.paths.objectives import SCORED, Aim
from lattice.queries.paths.tradeoffs import find_tradeoffs

__all__ = [
    "SCORED",
    "Aim",
    "Constraints",
    "Costs",
    "Shown",
    "find_longest_run",
    "find_path",
    "find_tradeoffs",
    "move_costs",
]
