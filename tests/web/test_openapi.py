import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from lattice.web.openapi import document


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(document())
    return found


def test_the_document_is_valid_openapi_3_1(openapi: dict[str, Any]) -> None:
    validate(openapi)
    assert openapi["openapi"] == "3.1.0"


def test_the_document_is_served(client: FlaskClient, openapi: dict[str, Any]) -> None:
    assert client.get("/api/v1/openapi.json").json == openapi


def test_every_route_is_described_and_every_description_is_routed(
    client: FlaskClient, openapi: dict[str, Any]
) -> None:
    routes = {
        (method.lower(), rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}"))
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(method, path) for path, each in openapi["paths"].items() for method in each}
    assert routes == {*described, ("get", "/openapi.json")}


def test_whatever_changes_something_needs_the_token(openapi: dict[str, Any]) -> None:
    for operations in openapi["paths"].values():
        for method, operation in operations.items():
            assert operation.get("security") == (None if method == "get" else [{"token": []}])


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/lattices", "/lattices"),
        ("/lattices/{lattice}", "/lattices/silo"),
        ("/lattices/{lattice}/sets", "/lattices/toy/sets?limit=2"),
        ("/lattices/{lattice}/sets/{key}", "/lattices/california-housing/sets/~"),
        (
            "/lattices/{lattice}/sets/{key}/neighborhood",
            "/lattices/california-housing/sets/abc/neighborhood",
        ),
        ("/lattices/{lattice}/intervals", "/lattices/toy/intervals?from=B&to=ABCD&sort=A"),
        ("/lattices/{lattice}/compare", "/lattices/california-housing/compare?sets=all&sets=^a"),
        ("/lattices/{lattice}/without", "/lattices/toy/without?set=ABC&group=A&group=BC"),
        ("/lattices/{lattice}/squares", "/lattices/california-housing/squares?set=abc&limit=2"),
        ("/lattices/{lattice}/columns", "/lattices/covertype/columns?set=AB&measure=accuracy/A"),
        ("/lattices/{lattice}/paths", "/lattices/toy/paths?from=AB&to=ACD&measure=A"),
        ("/lattices/{lattice}/paths", "/lattices/toy/paths?from=AB&to=ACD&max_rank=3&jumps=true"),
        (
            "/lattices/{lattice}/paths",
            "/lattices/covertype/paths?from=A&to=BCD&objective=least-loss&k=3&measure=accuracy/A",
        ),
        ("/lattices/{lattice}/paths", "/lattices/toy/paths?from=AB&to=ACD&max_rank=3"),
        ("/lattices/{lattice}/longest-run", "/lattices/toy/longest-run?measure=A"),
        (
            "/lattices/{lattice}/tradeoffs",
            "/lattices/covertype/tradeoffs?from=A&to=BCD&measure=accuracy/A",
        ),
        (
            "/lattices/{lattice}/withdrawals",
            "/lattices/covertype/withdrawals?group=union=A,B&measure=accuracy/ABCD",
        ),
        (
            "/lattices/{lattice}/acquisitions",
            "/lattices/california-housing/acquisitions?from=ab&unit=c&unit=d&measure=@decision_tree",
        ),
        (
            "/lattices/{lattice}/sets/{key}/replicates",
            "/lattices/california-housing/sets/abc/replicates?measure=@decision_tree",
        ),
        ("/lattices/{lattice}/grid", "/lattices/covertype/grid"),
        ("/lattices/{lattice}/pairs", "/lattices/covertype/pairs?object=A"),
        ("/lattices/{lattice}/subgraph", "/lattices/toy/subgraph?measure=A"),
        ("/lattices/{lattice}/resolve", "/lattices/toy/resolve?set=all"),
        (
            "/lattices/{lattice}/sets",
            "/lattices/california-housing/sets?sort=@decision_tree&limit=2",
        ),
        ("/lattices/{lattice}/front", "/lattices/covertype/front?measure=A&measure=D&expense=rank"),
        ("/lattices/{lattice}/nearest", "/lattices/toy/nearest?set=BC"),
        (
            "/lattices/{lattice}/levels",
            "/lattices/california-housing/levels?measure=@decision_tree",
        ),
        ("/lattices/{lattice}/levels", "/lattices/toy/levels?filter=rank>2"),
        ("/lattices/{lattice}/histogram", "/lattices/toy/histogram?measure=A"),
        ("/lattices/{lattice}/results", "/lattices/toy/results"),
    ],
)
def test_real_answers_follow_their_schema(
    client: FlaskClient, openapi: dict[str, Any], path: str, url: str
) -> None:
    response = openapi["paths"][path]["get"]["responses"]["200"]
    schema = response["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": openapi["components"]})
    validator.validate(client.get(f"/api/v1{url}").json)


def test_problems_follow_their_schema(client: FlaskClient, openapi: dict[str, Any]) -> None:
    schema = openapi["components"]["schemas"]["Problem"]
    Draft202012Validator(schema).validate(client.get("/api/v1/lattices/toy/grid?limit=0").json)
