"""Who may write: this server's own pages, which carry a token that no other page can read."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from lattice.web.errors import Forbidden

HEADER = "X-Lattice-Token"
_OWN = ("same-origin", "none")


class ImportsNotAllowed(Forbidden):
    """This server was started to be read only."""

    slug = "imports-not-allowed"


class CrossSite(Forbidden):
    """Another site's page asks this server to change something."""

    slug = "cross-site"


class BadToken(Forbidden):
    """The token is missing, or that of an earlier server."""

    slug = "bad-token"


def new_token() -> str:
    """A token that cannot be guessed; it lasts as long as the process."""
    return secrets.token_urlsafe(32)


def needed(token: str | None) -> str:
    """The token of this server.

    Raises:
        ImportsNotAllowed: it has none, since nothing may be changed.
    """
    if token is None:
        raise ImportsNotAllowed(
            "This server takes no imports.", hint="Start it with lattice serve --allow-import."
        )
    return token


def refuse_strangers(headers: Headers, host: str, token: str) -> None:
    """Refuse to change anything for anybody but a page of this server.

    A browser says where a request comes from; scripts may leave that out, but not the token.

    Args:
        host: the name and port under which this server was asked.
        token: the one that its pages carry.

    Raises:
        CrossSite, BadToken.
    """
    origin = headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != host
    if foreign or headers.get("Sec-Fetch-Site", "none") not in _OWN:
        raise CrossSite("Only this server's own pages may import and undo.")
    if not hmac.compare_digest(headers.get(HEADER, "").encode(), token.encode()):
        raise BadToken(
            f"The header {HEADER} is missing or not that of this server.",
            hint="The server may have been started again: reload the page.",
        )
