"""Refusals as problem details (RFC 9457): a stable type, one sentence, what to do; no traceback."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from lattice.errors import (
    BadQuestion,
    DatabaseBusy,
    DatabaseError,
    LatticeError,
    OutOfTime,
    Unknown,
    closest,
    did_you_mean,
)

logger = logging.getLogger("lattice.web")


class Forbidden(LatticeError):
    """What this server, or this asker, may not do."""

    slug = "forbidden"


_STATUS: tuple[tuple[type[LatticeError], int], ...] = (
    (Forbidden, 403),
    (Unknown, 404),
    (DatabaseBusy, 503),
    (OutOfTime, 503),
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


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    hint: str = ""
    suggestions: tuple[str, ...] = ()
    parameter: str = ""


def problem_of(error: LatticeError) -> Problem:
    """A refusal in the API's words."""
    return Problem(
        type=f"/problems/{error.slug}",
        title=error.slug.replace("-", " ").capitalize(),
        status=next(code for kind, code in _STATUS if isinstance(error, kind)),
        detail=error.message,
        hint=error.hint,
        suggestions=error.suggestions,
        parameter=getattr(error, "parameter", ""),
    )


INTERNAL_ERROR = Problem(
    "/problems/internal-error",
    "Internal error",
    500,
    "This is a fault of the server, not of the request; its log has the details.",
)


def respond(problem: Problem) -> Response:
    """One problem as `application/problem+json`; empty members are left out."""
    content = {name: value for name, value in asdict(problem).items() if value}
    return Response(json.dumps(content), problem.status, mimetype="application/problem+json")


def register_errors(app: Flask) -> None:
    """Answer every error below /api with problem details, elsewhere with a short page."""

    @app.errorhandler(LatticeError)
    def refused(error: LatticeError) -> Response:
        found = problem_of(error)
        return respond(replace(found, parameter=found.parameter or _parameter_of(error)))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> AnyResponse:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()  # a redirect
        title = error.name
        if not request.path.startswith("/api/"):
            page = render_template("error.html", title=title, detail=error.description)
            return Response(page, error.code, mimetype="text/html")
        slug = title.lower().replace(" ", "-")
        found = Problem(f"/problems/{slug}", title, error.code or 500, error.description or title)
        return respond(found)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        logger.exception("%s %s failed", request.method, request.path, exc_info=error)
        return respond(INTERNAL_ERROR)


def _parameter_of(error: LatticeError) -> str:
    """The query parameter whose text the error speaks of, where there is one."""
    given = request.args.items(multi=True)
    return next((name for name, text in given if text and text == error.subject), "")
