"""Options about every set on a path, for all commands that look for one."""

from __future__ import annotations

from typing import Annotated

import typer

from lattice.model import Only

OnlyMoves = Annotated[Only | None, typer.Option("--only", help="Only moves of this kind.")]
MinRank = Annotated[
    int | None, typer.Option("--min-rank", metavar="N", min=0, help="No set of fewer objects.")
]
MaxRank = Annotated[
    int | None, typer.Option("--max-rank", metavar="N", min=0, help="No set of more objects.")
]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="SET", help="Objects in every set. May be repeated."),
]
Avoid = Annotated[
    list[str] | None,
    typer.Option("--avoid", metavar="SET", help="Objects in no set. May be repeated."),
]
Floor = Annotated[
    list[str] | None,
    typer.Option(
        "--floor", metavar="MEASURE=SCORE", help="No set is worse than this. May be repeated."
    ),
]
Ceiling = Annotated[
    list[str] | None,
    typer.Option("--ceiling", metavar="MEASURE=SCORE", help="No set is better. May be repeated."),
]
Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="PREDICATE",
        help="""Only sets of which this is true: 'contains("B") and rank >= 3'.""",
    ),
]
Evaluated = Annotated[bool, typer.Option("--evaluated", help="Only sets that have a score.")]
