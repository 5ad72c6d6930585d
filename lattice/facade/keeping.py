"""What was imported, and how it is undone."""

from __future__ import annotations

from lattice import results
from lattice.facade.asking import Asking
from lattice.importing.undo import undo
from lattice.reports import ResultDetail, ResultEntry, ResultsDiff, UndoReport


class Keeping(Asking):
    """Result sets."""

    def result_sets(self) -> tuple[ResultEntry, ...]:
        """Every imported result set, oldest first."""
        with self._storage.reading() as snapshot:
            return results.list_result_sets(snapshot, self.name)

    def result_set(self, which: str) -> ResultDetail:
        """One result set, by its id or its name, with its provenance and its mapping.

        Raises:
            Unknown, Ambiguous: it is not there, or not the only one of this name.
        """
        with self._storage.reading() as snapshot:
            return results.show_result_set(snapshot, self.name, which)

    def diff(self, first: str, second: str, *, limit: int = 50) -> ResultsDiff:
        """Two result sets compared score by score; at most `limit` of each kind are listed.

        Raises:
            Unknown, Ambiguous: one is not there, or not the only one of this name.
            BadQuestion: no such limit.
        """
        with self._storage.reading() as snapshot:
            return results.compare_result_sets(snapshot, self.name, first, second, limit=limit)

    def undo(self, which: str, *, dry_run: bool = False) -> UndoReport:
        """Undo one result set: the lattice is then as if it had never been imported.

        With its last result set the lattice itself goes.

        Args:
            dry_run: do everything and keep nothing.

        Raises:
            Unknown, Ambiguous: it is not there, or not the only one of this name.
            DatabaseBusy: somebody else is writing; says who.
        """
        return undo(self._storage, self.name, which, dry_run=dry_run)
