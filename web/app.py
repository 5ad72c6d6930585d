"""The application factory: configuration, security headers, API and pages over one database."""

from __future__ import annotations

import os
from importlib.metadata import version

from flask import Flask, Response, request

from lattice.facade import LatticeDatabase
from lattice.web.api import make_api
from lattice.web.assets import URL
from lattice.web.errors import register_errors
from lattice.web.guard import new_token
from lattice.web.imports import Imports, make_imports
from lattice.web.pages import make_pages

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
    app.after_request(_secure)
    return app


def answers_only_to() -> list[str]:
    """The host names that are answered."""
    named = os.environ.get("TRUSTED_HOSTS", "")
    return [*LOOPBACK, *(each.strip() for each in named.split(",") if each.strip())]


def _secure(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    if response.status_code == 200 and request.path.startswith(f"{URL}assets/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
