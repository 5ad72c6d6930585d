"""The application factory: configuration, security headers, API and pages over one database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any

from flask import Flask

from lattice.facade import LatticeDatabase
from lattice.web.api import make_api
from lattice.web.assets import URL
from lattice.web.errors import register_errors
from lattice.web.guard import new_token
from lattice.web.imports import Imports, make_imports
from lattice.web.pages import make_pages

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
REQUEST_SECONDS = 10.0
"""How long a question may take, unless the server was started with another limit."""
LOOPBACK = ("localhost", "127.0.0.1")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


_HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_BUILT = f"{URL}assets/"


def create_app(
    database: LatticeDatabase,
    *,
    allow_import: bool = False,
    request_seconds: float = REQUEST_SECONDS,
) -> Flask:
    """The WSGI application over an open database; `app.extensions["imports"]` is to be closed.

    It answers only to loopback host names, against DNS rebinding, unless the environment's
    `TRUSTED_HOSTS` lists others, separated by commas. It only reads, unless imports are allowed:
    then everybody who may see its pages may also import and undo. A question that takes longer
    than `request_seconds` is answered with what was found by then, or refused.
    """
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=64 * 1024,
        REQUEST_SECONDS=request_seconds,
        TRUSTED_HOSTS=answers_only_to(),
        VERSION=version("datalattice"),
    )
    imports = Imports(database, new_token() if allow_import else None)
    app.extensions["imports"] = imports
    register_errors(app)
    app.register_blueprint(make_api(database))
    app.register_blueprint(make_imports(imports))
    app.register_blueprint(make_pages(database, imports))
    app.wsgi_app = _with_headers(app.wsgi_app)  # type: ignore[assignment, method-assign]
    return app


def answers_only_to() -> list[str]:
    """The host names that are answered."""
    named = os.environ.get("TRUSTED_HOSTS", "")
    return [*LOOPBACK, *(each.strip() for each in named.split(",") if each.strip())]


def _with_headers(application: Application) -> Application:
    """The application with the security headers on every response; built assets are kept."""

    def with_headers(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        built = environ["PATH_INFO"].startswith(_BUILT)

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Any:
            if built and status.startswith("200"):
                headers = [each for each in headers if each[0] != "Cache-Control"]
                headers.append(("Cache-Control", "public, max-age=31536000, immutable"))
            return start_response(status, [*headers, *_HEADERS], *failure)

        return application(environ, start)

    return with_headers
