"""A lattice database as the rest of the library sees it: snapshots to read, writers to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar

from lattice.database import Database
from lattice.errors import DatabaseBusy, DatabaseError
from lattice.storage.snapshot import Snapshot
from lattice.storage.tokens import Tokens
from lattice.storage.writer import Writer

_LOCK = "import"
_known_states: ContextVar[dict[str, str] | None] = ContextVar("known states", default=None)


class Storage:
    """A lattice database as the rest of the library sees it. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tokens = Tokens(database)

    @property
    def place(self) -> str:
        """Where the database is, for people."""
        return self._database.place

    @property
    def identity(self) -> str | None:
        """What names the database on this machine; None where it is only in memory."""
        return self._database.identity

    def state(self, name: str) -> str:
        """The token of the lattice's last write, fast enough for every request.

        Raises:
            UnknownLattice: there is no lattice of this name.
        """
        known = _known_states.get()
        if known is not None and name in known:
            return known[name]
        state = self._tokens.read(name)
        if state is None:
            with self.reading() as snapshot:
                state = snapshot.state(name)
        if known is not None:
            known[name] = state
        return state

    def states_read_once(self) -> AbstractContextManager[None]:
        """Read the state of each lattice once in the block: for a single question.

        An answer is then of that state, or of a newer one where somebody wrote meanwhile.
        """
        return _StatesReadOnce()

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """A consistent view for the length of the block."""
        with self._database.reading() as connection:
            yield Snapshot(connection)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """A transaction that holds the write lock; an exception inside undoes all of it."""
        with self._database.writing() as connection:
            yield Writer(connection)

    @contextmanager
    def importing(self, doing: str, *, keep: bool) -> Iterator[Writer]:
        """A transaction as `writing` gives, under a lock that says who holds it.

        The database's own write lock decides; the row in `lock` is committed beforehand so that
        others can read the name, and taken away with the transaction. A row that a killed import
        left behind is overwritten. Without `keep` all that was written is undone at the end.

        Raises:
            DatabaseBusy: somebody else is writing; says who, since when, and what.
        """
        with self._naming_the_holder():
            with self.writing() as writer:
                writer.take_lock(_LOCK, doing)
            try:
                with self.writing() as writer:
                    yield writer
                    writer.release_lock(_LOCK) if keep else writer.discard()
            except DatabaseBusy:
                raise  # somebody else has it by now
            except BaseException:
                self._release()
                raise
            if not keep:
                self._release()

    @contextmanager
    def _naming_the_holder(self) -> Iterator[None]:
        try:
            yield
        except DatabaseBusy as error:
            with self.reading() as snapshot:
                holder = snapshot.lock_holder(_LOCK)
            if holder is None:
                raise
            raise DatabaseBusy(
                f"{self.place!r} is being written: {holder}.",
                hint="Wait for it, then try again; nothing was changed.",
            ) from error

    def _release(self) -> None:
        """Take the lock's row away; where even that fails, the next import overwrites it."""
        with suppress(DatabaseError), self.writing() as writer:
            writer.release_lock(_LOCK)

    def close(self) -> None:
        """Release every connection."""
        self._tokens.close()
        self._database.close()


class _StatesReadOnce(AbstractContextManager[None]):
    """Remembers in its block which states were read; a class, since every request enters one."""

    def __enter__(self) -> None:
        self._token = _known_states.set({})

    def __exit__(self, *_: object) -> None:
        _known_states.reset(self._token)
