"""What all commands share: the application, options, answers, progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

import lattice
from lattice.database import default_url
from lattice.encoding import to_json
from lattice.facade import Lattice, LatticeDatabase
from lattice.importing.records import Progress
from lattice.model import OnConflict

app = typer.Typer(
    name="lattice",
    help="Keep what every training set scored; ask what changes when the training data change.",
    epilog="First steps: lattice import --bundled, then lattice serve.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # slow to import, and of no use to commands

        out.print(f"datalattice {version('datalattice')}", markup=False)
        raise typer.Exit


@app.callback()
def _before_any_command(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version and exit."
        ),
    ] = False,
) -> None:
    """Read the options that stand before a command."""


Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="FILE_OR_URL",
        help="The database. [default: LATTICE_DB, else lattice.db here]",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Name = Annotated[
    str, typer.Argument(metavar="LATTICE", help="The lattice; `lattice ls` lists them.")
]
SetText = Annotated[
    str,
    typer.Argument(
        metavar="SET", help="A training set: ABCD, books+science, empty, all, ^B (all but B), ~0f."
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        "-m",
        metavar="MEASURE",
        help="A measure, parts left out or not: accuracy/ABCD, C, @softmax. May be repeated.",
    ),
]
Start = Annotated[int, typer.Option("--start", min=0, help="The first row to show.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many rows to show.")]


OnConflictOption = Annotated[
    OnConflict,
    typer.Option(
        "--on-conflict",
        help="When a score disagrees with a stored one of the same cell and replicate: refuse;"
        " keep the stored one; replace it; or store a new-replicate.",
    ),
]


def give(answer: Any, as_json: bool, print_table: Any) -> None:
    """Print an answer as a table, or as one JSON document."""
    if as_json:
        sys.stdout.write(to_json(answer, indent=2).decode() + "\n")
    else:
        print_table(out, answer)


def note(text: str) -> None:
    """Say something on standard error."""
    err.print(text, markup=False, soft_wrap=True)


@contextmanager
def opened(db: str | None, name: str) -> Iterator[Lattice]:
    """One lattice of the database."""
    with lattice.open(db) as database:
        yield database[name]


def writable(db: str | None, dry_run: bool) -> LatticeDatabase:
    """The database to import into; a dry run does not make one where there is none."""
    if not dry_run:
        return lattice.create(db)
    place = db or default_url()
    missing = "://" not in place and not Path(place).expanduser().exists()
    return lattice.create(":memory:" if missing else place)


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """A bar per stage with its rate and the time left, when standard error is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for earlier in tasks.values():
                    bars.update(earlier, visible=False)
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
