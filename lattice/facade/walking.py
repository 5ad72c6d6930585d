"""Questions about paths."""

from __future__ import annotations

from typing import get_args

from lattice.errors import BadQuestion
from lattice.facade.asking import Asking, measure_in, refuse_other_than
from lattice.model import Objective, Path
from lattice.queries import paths


class Walking(Asking):
    """Paths between training sets."""

    def path(
        self,
        source: str,
        target: str,
        *,
        objective: Objective = "fewest",
        measure: str | None = None,
    ) -> Path:
        """The best chain of moves between two stored sets.

        `fewest` minimizes the number of moves. `widest` maximizes the worst score strictly
        between the ends, then minimizes the number of moves.

        Args:
            measure: whose scores are followed; may be left out where the lattice has only one,
                and for `fewest`, which then lists the scores of all.

        Raises:
            BadQuestion: an objective that is none of these, or `widest` without a measure where
                there are several.
            SetNotStored, UnknownMeasure, Ambiguous, BadSpelling, UnknownObject.
        """
        refuse_other_than(get_args(Objective), objective, "objective")
        index = self.index()
        rows = self._row(index, source), self._row(index, target)
        followed = None
        if measure is not None:
            followed = measure_in(index, measure)
        elif len(index.measures) == 1:
            followed = 0
        if objective == "widest" and followed is None:
            names = ", ".join(each.name for each in index.measures[:4])
            raise BadQuestion(
                "A widest path needs a measure: whose worst score is to be best?",
                hint=f"This lattice has {len(index.measures)}, for example {names}.",
            )
        listed = tuple(range(len(index.measures))) if followed is None else (followed,)
        return paths.find_path(index, *rows, objective, followed, listed)
