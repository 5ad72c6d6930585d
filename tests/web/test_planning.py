from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

import lattice
from lattice.encoding import to_json

ABOUT = "/api/v1/lattices/toy"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("measure=C&budget=3", {"measure": "C", "budget": 3}),
        (
            "measure=C&goal=strike&most=1&expense=rank&criterion=width&limit=2",
            {
                "goal": "strike",
                "measure": "C",
                "most": 1,
                "expense": "rank",
                "criterion": "width",
                "limit": 2,
            },
        ),
        (
            "measure=C&criterion=sample&seed=3&empty=0.1&given=A&cursor=1",
            {
                "measure": "C",
                "criterion": "sample",
                "seed": 3,
                "empty": 0.1,
                "given": "A",
                "start": 1,
            },
        ),
    ],
)
def test_plans_are_what_the_facade_answers(
    client: FlaskClient, bundled: Any, asked: str, said: dict[str, Any]
) -> None:
    answer = client.get(f"{ABOUT}/plans?{asked}")
    assert answer.status_code == 200, answer.text
    with lattice.open(str(bundled)) as database:
        assert answer.json == json.loads(to_json(database["toy"].plan(**said)))


def test_a_path_that_is_there_needs_no_plan(client: FlaskClient) -> None:
    answer = client.get(f"{ABOUT}/plans/path?from=AB&to=ABCD")
    assert answer.status_code == 400
    assert "There is a path" in str(answer.json)


@pytest.mark.parametrize("asked", ["budget=0", "budget=nan", "most=0", "criterion=luck", "seed=-1"])
def test_a_plan_that_makes_no_sense_is_refused(client: FlaskClient, asked: str) -> None:
    assert client.get(f"{ABOUT}/plans?measure=C&{asked}").status_code in (400, 422)
