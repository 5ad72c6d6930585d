"""The only package that executes SQL; it returns model objects and arrays.

Reading happens in a `Snapshot`, one consistent view of the database. Writing happens in a
`Writer`, one transaction that is kept whole or not at all; whoever adds sets through it adds
their moves before the transaction ends.
"""

from lattice.storage.access import Storage
from lattice.storage.designs import stored_designs
from lattice.storage.snapshot import AnyTable, Row, Snapshot
from lattice.storage.writer import Writer, new_state

__all__ = ["AnyTable", "Row", "Snapshot", "Storage", "Writer", "new_state", "stored_designs"]
