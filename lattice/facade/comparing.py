"""Questions about sets and what lies around and between them."""

from __future__ import annotations

from collections.abc import Sequence

from lattice.facade.asking import Asking
from lattice.model import Neighborhood
from lattice.queries import neighborhood


class Comparing(Asking):
    """Neighborhoods, intervals, comparisons."""

    def neighbors(
        self, training_set: str, *, measures: Sequence[str] | None = None
    ) -> Neighborhood:
        """The sets one move away, with the delta of each move under each measure.

        Neighbors that are not stored are named as such.

        Raises:
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        index = self.index()
        row = self._row(index, training_set)
        return neighborhood.neighborhood(index, row, self._chosen(index, measures))
