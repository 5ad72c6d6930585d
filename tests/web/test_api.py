import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import lattice
from lattice.encoding import to_json
from lattice.facade import terms
from lattice.web.app import create_app

API = "/api/v1/lattices"


def get(client: FlaskClient, url: str) -> Any:
    response = client.get(url)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    return json.loads(response.data)


def same(answer: object) -> object:
    return json.loads(to_json(answer))


def test_words_are_explained_as_the_facade_does(client: FlaskClient) -> None:
    assert get(client, "/api/v1/terms?term=LOO&term=dividend") == same(terms(("LOO", "dividend")))
    assert get(client, "/api/v1/terms") == same(terms())
    refused = client.get("/api/v1/terms?term=shaply")
    assert refused.status_code == 400
    assert "'shaply' is not in the glossary" in refused.text


def test_lattices_are_listed_with_their_counts(
    client: FlaskClient, database: lattice.LatticeDatabase
) -> None:
    assert get(client, API) == {
        "items": same(database.lattices()),
        "next": None,
        "total": 4,
    }


def test_every_answer_is_the_facades(
    client: FlaskClient, database: lattice.LatticeDatabase
) -> None:
    covertype = database["covertype"]
    asked = {
        "": covertype.show(),
        "/sets?limit=4": covertype.sets(limit=4),
        "/sets/~0f": covertype.set("ABCD"),
        "/sets/~07/replicates?measure=A&measure=D": covertype.replicates(
            "ABC", measures=["A", "D"]
        ),
        "/sets/ABCD/neighborhood?measure=accuracy/ABCD&measure=A": covertype.neighbors(
            "ABCD", measures=["accuracy/ABCD", "A"]
        ),
        "/paths?from=A&to=BCD&objective=widest&measure=accuracy/ABCD": covertype.path(
            "A", "BCD", objective="widest", measure="accuracy/ABCD"
        ),
        "/paths?from=A&to=BCD&objective=cheapest&cost=B=1&cost=C=2&cost=D=3&cost=-A=4&avoid=empty"
        "&measure=D&profile=A&floor=A=0.1&ceiling=A=0.9&filter=rank<4&evaluated=true&k=2"
        "&max_rank=3&min_rank=1&limit=2&cursor=1": covertype.path(
            "A",
            "BCD",
            objective="cheapest",
            costs={"B": 1, "C": 2, "D": 3, "-A": 4},
            measure="D",
            measures=["A"],
            floors={"A": 0.1},
            ceilings={"A": 0.9},
            where="rank<4",
            evaluated=True,
            k=2,
            min_rank=1,
            max_rank=3,
            limit=2,
            start=1,
        ),
        "/paths?from=B&to=BCD&only=add&keep=B": covertype.path("B", "BCD", only="add", keep="B"),
        "/longest-run?from=B&measure=D": covertype.longest_run(source="B", measure="D"),
        "/grid?sort=score&measure=D&limit=3&cursor=3": covertype.grid(
            measures=["D"], sort="score", start=3, limit=3
        ),
        "/pairs?object=B": covertype.pairs("B"),
        "/subgraph?measure=ABCD": covertype.subgraph(measure="ABCD"),
        "/resolve?set=^B": covertype.resolve("^B"),
        "/sets?filter=rank>1&sort=D&top=3&measure=A&fields=cells&limit=2": covertype.search(
            "rank>1", sort="D", top=3, measures=["A"], fields=["cells"], limit=2
        ),
        "/sets?sort=-rank&limit=2&cursor=2": covertype.search(sort="-rank", start=2, limit=2),
        "/front?measure=A&measure=D&expense=rank&filter=rank<4": covertype.front(
            ["A", "D"], expense="rank", where="rank<4"
        ),
        "/nearest?set=~&k=3&measure=D": covertype.nearest("empty", 3, measures=["D"]),
        "/levels?measure=A": covertype.levels("A"),
        "/levels?filter=rank>2": covertype.levels(where="rank>2"),
        "/histogram?measure=A&bins=12&filter=rank<3": covertype.histogram(
            "A", bins=12, where="rank<3"
        ),
        "/subgraph?measure=A&max=3&filter=rank>1": covertype.subgraph(
            measure="A", where="rank>1", most=3
        ),
    }
    for path, answer in asked.items():
        assert get(client, f"{API}/covertype{path}") == same(answer), path


def test_packed_sets_are_bytes_under_the_same_state(
    client: FlaskClient, database: lattice.LatticeDatabase
) -> None:
    listed = client.get(f"{API}/covertype/subgraph?measure=ABCD")
    url = f"{API}/covertype/subgraph?measure=ABCD&max=5&cursor=2&format=packed"
    packed = client.get(url)
    assert packed.mimetype == "application/octet-stream"
    assert packed.headers["ETag"] == listed.headers["ETag"]
    expected = database["covertype"].packed_subgraph(measure="ABCD", most=5, start=2)
    assert packed.data == expected
    known = {"If-None-Match": packed.headers["ETag"]}
    assert client.get(url, headers=known).status_code == 304


def test_results_name_their_files(client: FlaskClient) -> None:
    found = get(client, f"{API}/california-housing/results")
    assert found["total"] == 1
    assert len(found["items"][0]["files"]) == 90
    assert len(found["items"][0]["files"][0]["sha256"]) == 64


def test_removing_b_from_the_toy_is_the_first_picture(client: FlaskClient) -> None:
    page = get(client, f"{API}/toy/pairs?object=B")
    (pair,) = page["items"]
    assert [round(each["value"], 9) for each in pair["deltas"]] == [-0.14, -0.33, -0.03, -0.02]


def test_every_spelling_of_a_set_is_read(client: FlaskClient) -> None:
    for text in ("ACD", "DCA", "A+C+D", "^B", "all-B", "~0d", '"A"+C+D'):
        found = get(client, f"{API}/toy/resolve?set={quote(text)}")
        assert found["training_set"] == {"key": "~0d", "name": "ACD", "rank": 3}


def test_pages_join_to_the_whole(client: FlaskClient) -> None:
    rows: list[str] = []
    cursor: str | None = "0"
    while cursor is not None:
        page = get(client, f"{API}/california-housing/grid?limit=1000&cursor={cursor}")
        rows += [each["training_set"]["key"] for each in page["items"]]
        cursor = page["next"]
    assert len(rows) == len(set(rows)) == 1024


def test_the_state_is_the_etag_and_an_asker_that_has_it_gets_304(client: FlaskClient) -> None:
    for url in (API, f"{API}/toy", f"{API}/toy/subgraph"):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data
        assert again.headers["ETag"] == first.headers["ETag"]


def test_an_import_changes_etag_and_answers(tmp_path: Path) -> None:
    table = tmp_path / "mix.csv"
    table.write_text("train_set,accuracy\nA,0.5\nAB,0.6\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([table])
        client = create_app(database).test_client()
        before = client.get(f"{API}/mix")
        table.write_text("train_set,accuracy\nB,0.4\n")
        database.import_files([table], into="mix")
        after = client.get(f"{API}/mix", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json is not None
    assert after.json["summary"]["training_sets"] == 3


@pytest.mark.parametrize(
    ("path", "status", "slug", "parameter", "said"),
    [
        ("/toyy", 404, "unknown-lattice", None, "Did you mean toy?"),
        ("/toy/sets/BC", 404, "set-not-stored", None, "Nearest stored sets: ABC, AB, ABCD."),
        ("/toy/sets/ABX", 404, "unknown-object", None, "'X'"),
        ("/toy/sets/~ff", 400, "bad-spelling", None, "beyond the 4"),
        ("/toy/paths?from=AB", 400, "bad-parameter", "to", "required"),
        ("/toy/paths?frm=AB&to=A", 400, "bad-parameter", "frm", "Did you mean from?"),
        ("/toy/paths?from=AB&to=AB&to=ABC", 400, "bad-parameter", "to", "more than once"),
        ("/toy/paths?from=AB&to=BC", 404, "set-not-stored", "to", "BC"),
        ("/toy/paths?from=AB&to=ABC&objective=best", 400, "bad-parameter", "objective", "'widest'"),
        ("/toy/paths?from=AB&to=ABC&objective=widest", 400, "bad-question", None, "measure"),
        ("/toy/paths?from=AB&to=ABC&k=0", 400, "bad-parameter", "k", "greater"),
        ("/toy/paths?from=AB&to=ABC&k=101", 400, "bad-parameter", "k", "100"),
        ("/toy/paths?from=AB&to=ABC&avoid=B", 400, "bad-question", "from", "avoided"),
        ("/toy/paths?from=AB&to=ABC&avoid=X", 404, "unknown-object", "avoid", "X"),
        ("/toy/paths?from=AB&to=ABC&floor=A", 400, "bad-question", "floor", "NAME=NUMBER"),
        ("/toy/paths?from=AB&to=ABC&limit=1001", 400, "bad-parameter", "limit", "1000"),
        ("/toy/subgraph?measure=acuracy/A", 404, "unknown-measure", "measure", "accuracy/A"),
        ("/toy/subgraph?measure=accuracy", 400, "ambiguous", "measure", "accuracy/D"),
        ("/toy/subgraph?max=0", 400, "bad-parameter", "max", "greater"),
        ("/toy/subgraph?max=99999", 400, "bad-parameter", "max", "16384"),
        ("/toy/grid?limit=many", 400, "bad-parameter", "limit", "integer"),
        ("/toy/grid?cursor=-1", 400, "bad-parameter", "cursor", "greater"),
        ("/toy/pairs?object=E", 404, "unknown-object", "object", "A, B, C, D"),
        ("/toy/resolve?set=", 400, "bad-parameter", "set", "at least 1"),
        ("/toy/sets?filter=rank>", 400, "bad-question", "filter", "at character 6"),
        ("/toy/sets?filter=contains('E')", 404, "unknown-object", "filter", "A, B, C, D"),
        ("/toy/sets?filter=", 400, "bad-parameter", "filter", "at least 1"),
        ("/toy/sets?sort=acuracy/A", 404, "unknown-measure", "sort", "accuracy/A"),
        ("/toy/sets?top=0", 400, "bad-parameter", "top", "greater"),
        ("/toy/sets?top=2", 400, "bad-question", None, "whose scores?"),
        ("/toy/sets?fields=scores", 400, "bad-parameter", "fields", "'members' or 'cells'"),
        ("/toy/front?measure=A", 400, "bad-question", None, "2 to 8"),
        ("/toy/nearest?set=AB&k=0", 400, "bad-parameter", "k", "greater"),
        ("/toy/nearest?set=ABX", 404, "unknown-object", "set", "'X'"),
        ("/toy/levels?filter=rank", 400, "bad-question", "filter", "rank >= 3"),
        ("/toy/histogram?measure=A&bins=201", 400, "bad-parameter", "bins", "200"),
        ("/toy/histogram", 400, "bad-question", None, "whose scores?"),
        ("/toy/subgraph?filter=rank>1)", 400, "bad-question", "filter", "at character 7"),
        ("/toy/nothing", 404, "not-found", None, "not found"),
    ],
)
def test_bad_requests_get_problem_details(
    client: FlaskClient, path: str, status: int, slug: str, parameter: str | None, said: str
) -> None:
    response = client.get(API + path)
    problem = json.loads(response.data)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert problem["type"] == f"/problems/{slug}"
    assert problem["status"] == status
    assert problem.get("parameter") == parameter
    assert said in f"{problem['detail']} {problem.get('hint', '')}"
    assert "Traceback" not in response.text


def test_only_get_is_answered(client: FlaskClient) -> None:
    for method in ("post", "put", "delete", "patch"):
        response = getattr(client, method)(f"{API}/toy")
        assert response.status_code == 405
        assert json.loads(response.data)["type"] == "/problems/method-not-allowed"


def test_a_plus_that_came_as_a_blank_is_explained(client: FlaskClient) -> None:
    lost = client.get(f"{API}/toy/nearest?set=A+B")
    assert lost.status_code == 404
    assert lost.get_json()["hint"] == "In a URL write + as %2B."
    assert client.get(f"{API}/toy/nearest?set=A%2BB").status_code == 200
    other = client.get(f"{API}/toy/nearest?set=A+X")
    assert "%2B" not in other.get_json()["hint"]
