"""One lattice: one method per question; every answer is a frozen record of `lattice.model`."""

from __future__ import annotations

from lattice.facade.asking import LARGEST_PAGE
from lattice.facade.browsing import LARGEST_SUBGRAPH, MOST_BANDS, Browsing
from lattice.facade.comparing import Comparing
from lattice.facade.curving import Curving
from lattice.facade.exporting import Exporting
from lattice.facade.keeping import Keeping
from lattice.facade.ordering import Ordering
from lattice.facade.searching import Searching

__all__ = ["LARGEST_PAGE", "LARGEST_SUBGRAPH", "MOST_BANDS", "Lattice"]


class Lattice(Browsing, Comparing, Exporting, Ordering, Searching, Curving, Keeping):
    """One lattice. Answers are always about its latest state; threads may share it.

    The questions are in one class per kind, each in the module of its name.
    """
