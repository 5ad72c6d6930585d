"""What lies around, between and beside sets: the API answers as the facade does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import lattice
from lattice.encoding import to_json

Ask = Callable[[lattice.Lattice], Any]
HOUSING = "california-housing"


@pytest.mark.parametrize(
    ("name", "url", "ask"),
    [
        (
            "covertype",
            "sets/ABC/neighborhood?radius=2&moves=swap&moves=add&sort=accuracy/ABCD&limit=2&cursor=1",
            lambda chosen: chosen.neighbors(
                "ABC", radius=2, moves=["add", "swap"], sort="accuracy/ABCD", limit=2, start=1
            ),
        ),
        (
            "toy",
            "intervals?from=B&to=ABCD&measure=A&sort=A&limit=1&cursor=1",
            lambda chosen: chosen.interval("B", "ABCD", measures=["A"], sort="A", limit=1, start=1),
        ),
        (
            HOUSING,
            "compare?sets=all&sets=^a&sets=^j&measure=@decision_tree",
            lambda chosen: chosen.compare("all", "^a", "^j", measures=["@decision_tree"]),
        ),
        (
            "covertype",
            "without?set=ABCD&group=A&group=BC&measure=accuracy/A&limit=1&cursor=1",
            lambda chosen: chosen.group_leave_one_out(
                "ABCD", ["A", "BC"], measures=["accuracy/A"], limit=1, start=1
            ),
        ),
        ("covertype", "without?set=ABCD", lambda chosen: chosen.group_leave_one_out("ABCD")),
        (
            HOUSING,
            "squares?set=abcde&object=b&object=a",
            lambda chosen: chosen.squares("abcde", ["a", "b"]),
        ),
        (
            HOUSING,
            "squares?set=abcde&measure=@decision_tree&sort=@random_forest&limit=3&cursor=3",
            lambda chosen: chosen.squares(
                "abcde", measures=["@decision_tree"], sort="@random_forest", limit=3, start=3
            ),
        ),
        (
            "covertype",
            "columns?set=AB&measure=accuracy/A&limit=1&cursor=1",
            lambda chosen: chosen.column_moves("AB", measures=["accuracy/A"], limit=1, start=1),
        ),
    ],
)
def test_the_api_answers_as_the_facade(
    client: FlaskClient, bundled: Path, name: str, url: str, ask: Ask
) -> None:
    response = client.get(f"/api/v1/lattices/{name}/{url}")
    assert response.status_code == 200, response.json
    with lattice.open(str(bundled)) as database:
        assert response.json == json.loads(to_json(ask(database[name])))


@pytest.mark.parametrize(
    ("url", "status", "parameter"),
    [
        ("sets/AB/neighborhood?radius=0", 400, "radius"),
        ("sets/AB/neighborhood?radius=9", 400, "radius"),
        ("sets/AB/neighborhood?moves=jump", 400, "moves"),
        ("sets/AB/neighborhood?sort=nothing", 404, "sort"),
        ("sets/A/neighborhood", 404, None),
        ("intervals?from=A", 400, "to"),
        ("intervals?from=A&to=AX", 404, "to"),
        ("compare?sets=AB", 400, None),
        ("compare?sets=AB&sets=^CD", 400, "sets"),
        ("without?set=AB&group=C", 400, "group"),
        ("without?set=AB&by=age", 400, "by"),
        ("squares?set=AB&object=A", 400, None),
        ("squares?set=AB&object=A&object=C", 400, "object"),
        ("squares?set=A", 400, None),
        ("columns?set=A", 404, "set"),
    ],
)
def test_questions_that_make_no_sense_are_refused(
    client: FlaskClient, url: str, status: int, parameter: str | None
) -> None:
    response = client.get(f"/api/v1/lattices/toy/{url}")
    assert response.status_code == status
    assert response.json is not None
    assert response.json["detail"].endswith(".")
    assert response.json.get("parameter") == parameter
