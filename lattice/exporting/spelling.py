"""How tables spell training sets, so that an import reads them alike whatever it knows already."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.notation import ALL, EMPTY, Universe, in_quotes
from lattice.subsets import positions_of_mask

_PLAIN = re.compile(r"\w+(?:[ ._:/-]+\w+)*")


@dataclass(frozen=True)
class Speller:
    """Spells the sets of one lattice: `ABC`, or `books+"a+b"`; the empty set is `empty`.

    `letters` says that joined letters will be read as such, `all_quoted` that single names would
    be taken for letters.
    """

    universe: Universe
    letters: bool
    all_quoted: bool

    def spell(self, mask: int) -> str:
        """One set."""
        if mask == 0:
            return self.universe.spell(0)
        names = [self.universe.names[position] for position in positions_of_mask(mask)]
        if self.letters:
            return "".join(names)
        return "+".join(
            in_quotes(name) if self.all_quoted or _is_risky(name) else name for name in names
        )


def speller(universe: Universe, ranks: NDArray[np.int64]) -> Speller:
    """How the sets of a lattice are spelled, of which some are stored, of ranks (N,).

    An import that knows no objects takes texts for joined letters when each has its letters in
    order, none twice, and not all are equally long.
    """
    sizes = np.unique(ranks[ranks > 0])
    ordered = all(name.isalnum() for name in universe.names) and list(universe.names) == sorted(
        universe.names
    )
    spells_empty = set(EMPTY) <= {name.casefold() for name in universe.names}
    clear = len(sizes) > 1 or sizes.tolist() == [1]
    return Speller(
        universe,
        letters=universe.by_letters and ordered and clear and not spells_empty,
        all_quoted=sizes.max(initial=0) < 2,
    )


def _is_risky(name: str) -> bool:
    """Whether an import could read a name as something else than itself."""
    folded = name.casefold()
    return _PLAIN.fullmatch(name) is None or folded in (EMPTY, ALL) or folded.startswith(f"{ALL}-")
