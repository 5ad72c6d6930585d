"""Refusals as problem details (RFC 9457): a stable type, one sentence, what to do; no traceback."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from lattice.errors import (
    BadQuestion,
    DatabaseBusy,
    DatabaseError,
    LatticeError,
    Unknown,
    closest,
    did_you_mean,
)

logger = logging.getLogger("lattice.web")

_STATUS: tuple[tuple[type[LatticeError], int], ...] = (
    (Unknown, 404),
    (DatabaseBusy, 503),
    (DatabaseError, 500),
    (LatticeError, 400),
)


class BadParameter(BadQuestion):
    """A query parameter that cannot be used."""

    slug = "bad-parameter"

    def __init__(self, parameter: str, reason: str, known: Sequence[str]) -> None:
        near = closest(parameter, known)
        listed = f"Parameters here: {', '.join(known) or 'none'}." if known else ""
        super().__init__(
            f"The parameter {parameter!r}: {reason}.",
            hint=did_you_mean(near) or listed,
            suggestions=near,
        )
        self.parameter = parameter


def problem(
    status: int, slug: str, title: str, detail: str, **more: str | tuple[str, ...]
) -> Response:
    """One problem as `application/problem+json`; empty members are left out."""
    content = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    content |= {name: value for name, value in more.items() if value}
    return Response(json.dumps(content), status, mimetype="application/problem+json")


def register_errors(app: Flask) -> None:
    """Answer every error below /api with problem details, elsewhere with a short page."""

    @app.errorhandler(LatticeError)
    def refused(error: LatticeError) -> Response:
        status = next(code for kind, code in _STATUS if isinstance(error, kind))
        return problem(
            status,
            error.slug,
            error.slug.replace("-", " ").capitalize(),
            error.message,
            hint=error.hint,
            suggestions=error.suggestions,
            parameter=getattr(error, "parameter", "") or _parameter_of(error),
        )

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> AnyResponse:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # a redirect
        title = error.name
        if not request.path.startswith("/api/"):
            page = render_template("error.html", title=title, detail=error.description)
            return Response(page, error.code, mimetype="text/html")
        return problem(
            error.code or 500, title.lower().replace(" ", "-"), title, error.description or title
        )

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        logger.exception("%s %s failed", request.method, request.path, exc_info=error)
        return problem(
            500,
            "internal-error",
            "Internal error",
            "This is a fault of the server, not of the request; its log has the details.",
        )


def _parameter_of(error: LatticeError) -> str:
    """The query parameter whose text the error speaks of, where there is one."""
    given = request.args.items(multi=True)
    return next((name for name, text in given if text and text == error.subject), "")
