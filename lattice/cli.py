"""The command line: parse, call the facade, print.

`lattice VERB LATTICE ARGUMENTS [--options]`. Answers go to standard output, progress and notes
to standard error. Exit codes: 0, 1 refused or failed, 2 wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import lattice
from lattice import printing
from lattice.database import default_url
from lattice.encoding import to_json
from lattice.errors import LatticeError
from lattice.facade import Lattice, LatticeDatabase
from lattice.importing import mapping as mappings
from lattice.importing.mapping import Mapping
from lattice.importing.records import Progress
from lattice.model import Direction, Objective
from lattice.queries.grid import Sort

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


def main() -> None:
    """Run the command line; every refusal is one sentence on standard error."""
    try:
        app()
    except LatticeError as error:
        err.print(f"lattice: {error}", style="red", markup=False, soft_wrap=True)
        raise SystemExit(1) from error


@app.command("ls", epilog="Example: lattice ls --json")
def list_lattices(db: Db = None, json: Json = False) -> None:
    """List the lattices of a database."""
    with lattice.open(db) as database:
        _answer(database.lattices(), json, printing.print_lattices)


@app.command("show", epilog="Example: lattice show covertype")
def show(name: Name, db: Db = None, json: Json = False) -> None:
    """Show what a lattice holds and how complete it is."""
    with _opened(db, name) as chosen:
        _answer(chosen.show(), json, printing.print_detail)


@app.command(
    "import", epilog="Example: lattice import results.csv --metric accuracy --direction higher"
)
def import_files(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Tables, coalition games (.npz), mappings (.toml)."),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option("--into", metavar="LATTICE", help="The lattice. [default: the file's name]"),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", metavar="TOML", help="How the files are read; see docs/mapping.md."
        ),
    ] = None,
    metric: Annotated[
        str | None, typer.Option("--metric", help="The metric, where the files name none.")
    ] = None,
    direction: Annotated[
        Direction | None, typer.Option("--direction", help="Which scores of it are better.")
    ] = None,
    bundled: Annotated[
        bool, typer.Option("--bundled", help="Import the result sets that come with datalattice.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be added, and write nothing.")
    ] = False,
    db: Db = None,
    json: Json = False,
) -> None:
    """Import result files: all of them, or nothing."""
    paths = list(files or [])
    if bundled:
        from lattice.resources import bundled_manifests

        paths += bundled_manifests()
    if not paths:
        raise typer.BadParameter("name at least one file, or --bundled", param_hint="FILE...")
    said = None if mapping is None else mappings.load(mapping)
    if metric is not None or direction is not None:
        said = mappings.with_metric(said or Mapping(), metric, direction)
    with _writable(db, dry_run) as database, _progress() as progress:
        report = database.import_files(
            paths, into=into, mapping=said, progress=progress, dry_run=dry_run
        )
    _answer(report, json, printing.print_report)


@app.command("neighbors", epilog="Example: lattice neighbors covertype ABCD -m accuracy/ABCD")
def neighbors(
    name: Name, training_set: SetText, measure: Measures = None, db: Db = None, json: Json = False
) -> None:
    """Show the sets one move away and what each move changes."""
    with _opened(db, name) as chosen:
        answer = chosen.neighbors(training_set, measures=measure)
        _answer(answer, json, printing.print_neighborhood)


@app.command(
    "path", epilog="Example: lattice path covertype A BCD --objective widest -m accuracy/ABCD"
)
def path(
    name: Name,
    source: Annotated[str, typer.Argument(metavar="FROM", help="Where the path starts.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="Where it ends.")],
    objective: Annotated[
        Objective,
        typer.Option(
            "--objective",
            help="fewest: the fewest moves. widest: the best worst score between the ends.",
        ),
    ] = "fewest",
    measure: Annotated[
        str | None, typer.Option("--measure", "-m", metavar="MEASURE", help="Whose scores count.")
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Find a path of single moves between two training sets."""
    with _opened(db, name) as chosen:
        answer = chosen.path(source, target, objective=objective, measure=measure)
        _answer(answer, json, printing.print_path)


@app.command("grid", epilog="Example: lattice grid toy --without B")
def grid(
    name: Name,
    measure: Measures = None,
    sort: Annotated[
        Sort, typer.Option("--sort", help="By rank, or by score under the first measure.")
    ] = "rank",
    without: Annotated[
        str | None,
        typer.Option(
            "--without", metavar="OBJECT", help="Show what leaving this object out changes."
        ),
    ] = None,
    start: Start = 0,
    limit: Limit = 50,
    db: Db = None,
    json: Json = False,
) -> None:
    """Show the grid: training sets by measures, or its leave-one-out pairs."""
    with _opened(db, name) as chosen:
        if without is not None:
            pairs = chosen.pairs(without, measures=measure, start=start, limit=limit)
            _answer(pairs, json, printing.print_pairs)
        else:
            cells = chosen.grid(measures=measure, sort=sort, start=start, limit=limit)
            _answer(cells, json, printing.print_grid)


@app.command("serve", epilog="Example: lattice serve --port 8700")
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to bind to.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="The port. [default: 8700, or a free one]"),
    ] = None,
    db: Db = None,
    json: Json = False,
) -> None:
    """Serve the explorer and the JSON API."""
    from lattice.web.app import answers_only_to
    from lattice.web.server import serve as serve_forever

    if host not in ("127.0.0.1", "localhost", "::1"):
        names = ", ".join(answers_only_to())
        note = f"Note: only requests to {names} are answered; TRUSTED_HOSTS adds other names."
        err.print(note, markup=False, soft_wrap=True)
    with lattice.open(db) as database:

        def ready(address: str) -> None:
            if json:
                sys.stdout.write(f'{{"address": "{address}"}}\n')
                sys.stdout.flush()
            else:
                said = f"Exploring {database.place} at {address} (Ctrl-C stops)"
                out.print(said, markup=False, soft_wrap=True)

        serve_forever(database, host, port, ready)


# ------------------------------------------------------------------ pieces


def _answer(answer: Any, as_json: bool, print_table: Any) -> None:
    if as_json:
        sys.stdout.write(to_json(answer, indent=2).decode() + "\n")
    else:
        print_table(out, answer)


@contextmanager
def _opened(db: str | None, name: str) -> Iterator[Lattice]:
    with lattice.open(db) as database:
        yield database[name]


def _writable(db: str | None, dry_run: bool) -> LatticeDatabase:
    """The database to import into; a dry run does not make one where there is none."""
    if not dry_run:
        return lattice.create(db)
    place = db or default_url()
    missing = "://" not in place and not Path(place).expanduser().exists()
    return lattice.create(":memory:" if missing else place)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar per stage on standard error, when that is a terminal."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import (
        Progress as Bars,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for earlier in tasks.values():
                    bars.update(earlier, visible=False)
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


if __name__ == "__main__":
    main()
