"""Serves the application with waitress, a production WSGI server."""

from __future__ import annotations

import errno
import gc
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable

from waitress.server import create_server

from lattice.errors import BadQuestion
from lattice.facade import LatticeDatabase
from lattice.web.app import REQUEST_SECONDS, create_app

USUAL_PORT = 8700
_THREADS = 8
_LARGEST_REQUEST = 2**20


def serve(
    database: LatticeDatabase,
    host: str,
    port: int | None,
    ready: Callable[[str], None],
    *,
    allow_import: bool = False,
    request_seconds: float = REQUEST_SECONDS,
) -> None:
    """Answer requests until interrupted or terminated.

    Args:
        port: left out, the usual one, or a free one when that is taken.
        ready: told the address once it answers.
        allow_import: its pages may import and undo.
        request_seconds: how long a question may take.

    Raises:
        BadQuestion: the address cannot be bound.
    """
    listener = _listener(host, port)
    application = create_app(database, allow_import=allow_import, request_seconds=request_seconds)
    imports = application.extensions["imports"]
    # Twice what is allowed: a file that is somewhat too large is refused in the API's words.
    largest = 2 * imports.largest_upload if allow_import else _LARGEST_REQUEST
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no problem
    server = create_server(
        application,
        sockets=[listener],
        threads=_THREADS,
        ident=None,
        max_request_body_size=largest,
    )
    name = "localhost" if host == "::1" else f"[{host}]" if ":" in host else host
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        _collect_rarely()
        ready(f"http://{name}:{listener.getsockname()[1]}/")
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
        imports.close()


def _collect_rarely() -> None:
    """Look for cyclic garbage more rarely: answers are thousands of small objects without cycles.

    The usual thresholds took a tenth to a third of the time of a request.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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
