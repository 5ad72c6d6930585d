"""The facade: open a database, take a lattice, ask one question per method.

    >>> import lattice
    >>> database = lattice.open("lattice.db")                      # doctest: +SKIP
    >>> covertype = database["covertype"]                          # doctest: +SKIP
    >>> covertype.neighbors("ABCD", measures=["accuracy/ABCD"])    # doctest: +SKIP

Sets are texts in any spelling (`ABCD`, `books+science`, `^B`, `~0f`), measures texts with or
without their parts. Every answer is a frozen record of `lattice.model`.
"""

from lattice.facade.comparing import LARGEST_RADIUS, MOST_COMPARED
from lattice.facade.databases import LatticeDatabase, create_lattices, open_lattices
from lattice.facade.lattices import LARGEST_PAGE, LARGEST_SUBGRAPH, MOST_BANDS, Lattice
from lattice.facade.searching import MOST_BINS
from lattice.facade.valuing import Valued
from lattice.facade.walking import MOST_PATHS
from lattice.glossary import find as terms
from lattice.notation import quoted

__all__ = [
    "LARGEST_PAGE",
    "LARGEST_RADIUS",
    "LARGEST_SUBGRAPH",
    "MOST_BANDS",
    "MOST_BINS",
    "MOST_COMPARED",
    "MOST_PATHS",
    "Lattice",
    "LatticeDatabase",
    "Valued",
    "create_lattices",
    "open_lattices",
    "quoted",
    "terms",
]
