"""The JSON API: one table of endpoints, each parse -> one facade call -> encode. GET only reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, Response, current_app, request
from msgspec import Struct

from lattice.deadlines import out_of_time, within
from lattice.errors import BadSpelling, LatticeError, UnknownObject
from lattice.facade import Lattice, LatticeDatabase, terms
from lattice.model import LatticeSummary
from lattice.web import (
    browsing,
    comparing,
    curving,
    ordering,
    planning,
    probing,
    searching,
    valuing,
    walking,
)
from lattice.web.endpoint import Endpoint, NoQuestion, TermsQuestion
from lattice.web.memory import GivenBack
from lattice.web.serialize import answer, read_question, unchanged

ENDPOINTS = (
    *browsing.ENDPOINTS,
    *comparing.ENDPOINTS,
    *walking.ENDPOINTS,
    *ordering.ENDPOINTS,
    *searching.ENDPOINTS,
    *valuing.ENDPOINTS,
    *curving.ENDPOINTS,
    *planning.ENDPOINTS,
    *probing.ENDPOINTS,
)


class LatticeList(Struct, frozen=True, gc=False):
    """All lattices of the database."""

    items: tuple[LatticeSummary, ...]
    next: str | None
    total: int


def make_api(database: LatticeDatabase) -> Blueprint:
    """The blueprint of /api/v1 over an open database."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    @api.get("/lattices")
    def lattices() -> Response:
        read_question(NoQuestion, request.args)
        with within(current_app.config["REQUEST_SECONDS"]):
            found = database.lattices()
        etag = "-".join(each.state[:12] for each in found) or "none"
        listed = LatticeList(items=found, next=None, total=len(found))
        return unchanged(etag) or answer(listed, etag)

    @api.get("/terms")
    def explained() -> Response:
        asked = read_question(TermsQuestion, request.args)
        etag = f"terms-{current_app.config['VERSION']}"
        return unchanged(etag) or answer(terms(asked.term), etag)

    @api.get("/openapi.json")
    def openapi() -> Response:
        from lattice.web.openapi import document

        return Response(document(), mimetype="application/json")

    for endpoint in ENDPOINTS:
        url = f"/lattices/<lattice>{endpoint.path}"
        api.add_url_rule(url, endpoint.path or "/", _view(database, endpoint), methods=["GET"])
    return api


def _view(database: LatticeDatabase, endpoint: Endpoint) -> Callable[..., Response]:
    def view(lattice: str, **place: str) -> Response:
        asked, config = read_question(endpoint.question, request.args), current_app.config
        with GivenBack(), within(config["REQUEST_SECONDS"]), database.one_question():
            chosen = database[lattice]
            # Read before the answer: where somebody writes meanwhile, it is of an older state
            # than the answer, and is not taken for the new one.
            etag = f"{config['VERSION']}-{chosen.state}"
            known = unchanged(etag)
            if known is not None:
                return known
            try:
                content = endpoint.ask(chosen, asked, **place)
            except (BadSpelling, UnknownObject) as error:
                _hint_at_plus(chosen, error)
                raise
            return answer(content, None if out_of_time() else etag)  # it may be only a part

    return view


def _hint_at_plus(chosen: Lattice, error: LatticeError) -> None:
    """Where a set was meant whose plus signs came as blanks, say how they are written in a URL."""
    text = error.subject
    if " " in text and any(text in given for given in request.args.listvalues()):
        with suppress(LatticeError):
            chosen.resolve(text.replace(" ", "+"))
            error.hint = "In a URL write + as %2B."
