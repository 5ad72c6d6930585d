"""The explorer's pages: one shell whose URL says what is shown; the data come from the API."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from lattice.facade import LatticeDatabase
from lattice.web.assets import find_assets
from lattice.web.imports import Imports

_NOT_BUILT = (
    "The front end is not built. Run `make setup` in the checkout; an installed datalattice"
    " brings it along.\n"
)


def make_pages(database: LatticeDatabase, imports: Imports) -> Blueprint:
    """The blueprint of the pages."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    @pages.get("/import")
    def home() -> Response:
        return _shell(200, imports)

    @pages.get("/lattices/<lattice>/")
    def lattice_home(lattice: str) -> AnyResponse:
        return redirect(url_for("pages.view", lattice=lattice, view="map"))

    @pages.get("/lattices/<lattice>/<path:view>")
    def view(lattice: str, view: str) -> Response:  # noqa: ARG001 - read from the URL by the page
        return _shell(200 if lattice in database else 404, imports)

    return pages


def _shell(status: int, imports: Imports) -> Response:
    """The page; where imports are allowed it carries their token, and no cache may keep it."""
    assets = find_assets()
    if assets is None:
        return Response(_NOT_BUILT, 503, mimetype="text/plain")
    version = current_app.config["VERSION"]
    page = render_template("explorer.html", assets=assets, version=version, imports=imports)
    response = Response(page, status, mimetype="text/html")
    response.cache_control.no_store = imports.token is not None
    return response
