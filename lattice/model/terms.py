"""Words with their meaning."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Topic = Literal["lattice", "numbers", "values", "paths", "practice"]


class Term(Struct, frozen=True, gc=False):
    """A word, what it means, and where it is seen.

    `also` are other names of the same. `formula` is in plain text, `grid` says which cells of the
    grid (training sets x evaluation sets) are compared, `graph` which nodes and moves; `assumes` is
    what has to hold, `reference` where it comes from. What does not apply is `None`.
    """

    name: str
    topic: Topic
    definition: str
    also: tuple[str, ...] = ()
    formula: str | None = None
    grid: str | None = None
    graph: str | None = None
    assumes: str | None = None
    reference: str | None = None


class Terms(Struct, frozen=True, gc=False):
    """The glossary, or the terms that were asked for, in alphabetical order."""

    items: tuple[Term, ...]
    total: int
