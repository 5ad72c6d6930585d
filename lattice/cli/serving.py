"""The command that serves."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import lattice
from lattice.cli.common import Db, Json, app, err, out


@app.command("serve", epilog="Example: lattice serve --port 8700")
def serve(
    host: Annotated[str, typer.Option("--host", help="The address to bind to.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, help="The port. [default: 8700, or a free one]"),
    ] = None,
    allow_import: Annotated[
        bool,
        typer.Option(
            "--allow-import", help="Let the pages import files and undo; otherwise it only reads."
        ),
    ] = False,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", metavar="SECONDS", min=0.001, help="How long a question may take."
        ),
    ] = 10.0,
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
        if allow_import:
            risk = "Note: everybody who can open the pages can import, replace and undo results."
            err.print(risk, markup=False, soft_wrap=True)
    with lattice.create(db) if allow_import else lattice.open(db) as database:

        def ready(address: str) -> None:
            if json:
                sys.stdout.write(f'{{"address": "{address}"}}\n')
                sys.stdout.flush()
            else:
                said = f"Exploring {database.place} at {address} (Ctrl-C stops)"
                out.print(said, markup=False, soft_wrap=True)

        serve_forever(
            database, host, port, ready, allow_import=allow_import, request_seconds=timeout
        )
