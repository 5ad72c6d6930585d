"""datalattice: a database of training subsets and what they scored.

`lattice.open("lattice.db")["covertype"]` is a `Lattice`; see `lattice.facade` for its questions
and `lattice.model` for its answers.
"""

from lattice.errors import LatticeError
from lattice.facade import Lattice, LatticeDatabase
from lattice.facade import create_lattices as create
from lattice.facade import open_lattices as open

__all__ = ["Lattice", "LatticeDatabase", "LatticeError", "create", "open"]
