"""Serves the application with waitress, a production WSGI server."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable

from waitress.server import create_server

from lattice.errors import BadQuestion
from lattice.facade import LatticeDatabase
from lattice.web.app import create_app

USUAL_PORT = 8700
_THREADS = 8


def serve(
    database: LatticeDatabase, host: str, port: int | None, ready: Callable[[str], None]
) -> None:
    """Answer requests until interrupted.

    Args:
        port: left out, the usual one, or a free one when that is taken.
        ready: told the address once it answers.

    Raises:
        BadQuestion: the address cannot be bound.
    """
    listener = _listener(host, port)
    server = create_server(create_app(database), sockets=[listener], threads=_THREADS, ident=None)
    name = "localhost" if host == "::1" else f"[{host}]" if ":" in host else host
    ready(f"http://{name}:{listener.getsockname()[1]}/")
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def _listener(host: str, port: int | None) -> socket.socket:
    for candidate in (USUAL_PORT, 0) if port is None else (port,):
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            return socket.create_server((host, candidate), family=family, backlog=128)
        except OSError as error:
            failure = error
            if error.errno != errno.EADDRINUSE:
                break
    raise BadQuestion(
        f"{host}:{candidate} cannot be bound: {failure.strerror or failure}.",
        hint="Choose another --host or --port; --port 0 takes any free one.",
    )
