import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import lattice
from lattice.web.app import create_app
from lattice.web.imports import Imports
from lattice.web.uploads import Uploads, file_name

TABLE = b"""mix,seed,accuracy
A,0,0.5
AB,0,0.75
A,1,0.25
AB,1,0.5
"""
POSTS = (
    "/api/v1/imports/uploads?name=a.csv",
    "/api/v1/imports",
    "/api/v1/imports/0/cancel",
    "/api/v1/lattices/a/results/1/undo",
)


class Site:
    """An open server, asked as its own pages ask it."""

    def __init__(self, app: Flask) -> None:
        self.imports: Imports = app.extensions["imports"]
        self.client: FlaskClient = app.test_client()
        assert self.imports.token is not None
        self.headers = {"X-Lattice-Token": self.imports.token}

    def upload(self, name: str, content: bytes = TABLE) -> TestResponse:
        return self.client.post(
            "/api/v1/imports/uploads",
            query_string={"name": name},
            data=content,
            content_type="application/octet-stream",
            headers=self.headers,
        )

    def post(self, path: str, content: dict[str, Any]) -> TestResponse:
        return self.client.post(f"/api/v1{path}", json=content, headers=self.headers)

    def start(self, *files: tuple[str, bytes], **options: Any) -> Any:
        uploads = [self.upload(*file).json["id"] for file in files]  # type: ignore[index]
        answer = self.post("/imports", {"uploads": uploads, **options})
        assert answer.status_code == 202, answer.text
        return answer.json

    def finish(self, *files: tuple[str, bytes], **options: Any) -> Any:
        job = self.start(*files, **options)
        return self.wait(job["id"])

    def wait(self, identifier: str) -> Any:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            job = self.client.get(f"/api/v1/imports/{identifier}").json
            assert job is not None
            if job["status"] not in ("waiting", "running"):
                return job
            time.sleep(0.01)
        raise AssertionError("the import does not end")


@pytest.fixture
def writable(database_place: Path) -> Iterator[lattice.LatticeDatabase]:
    with lattice.create(str(database_place)) as opened:
        yield opened


@pytest.fixture
def site(writable: lattice.LatticeDatabase) -> Iterator[Site]:
    app = create_app(writable, allow_import=True)
    yield Site(app)
    app.extensions["imports"].close()


def problem(answer: TestResponse) -> tuple[int, str]:
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    return answer.status_code, answer.json["type"].removeprefix("/problems/")


# ---------------------------------------------------------------- who may


def test_nothing_is_taken_unless_the_server_was_started_for_it(client: FlaskClient) -> None:
    for path in POSTS:
        answer = client.post(path, json={}, headers={"X-Lattice-Token": "None"})
        assert problem(answer) == (403, "imports-not-allowed")
        assert "--allow-import" in answer.get_json()["hint"]
    assert problem(client.get("/api/v1/imports/0")) == (403, "imports-not-allowed")
    for page in ("/", "/import"):
        assert "lattice-token" not in client.get(page).text


def test_the_pages_carry_a_token_that_no_cache_keeps(site: Site) -> None:
    for path in ("/", "/import", "/lattices/a/map"):
        page = site.client.get(path)
        assert f'content="{site.headers["X-Lattice-Token"]}"' in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_every_server_draws_a_token_of_its_own(writable: lattice.LatticeDatabase) -> None:
    apps = [create_app(writable, allow_import=True) for _ in range(2)]
    first, second = (each.extensions["imports"].token for each in apps)
    assert first != second
    assert len(first) > 30


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_a_post_without_the_token_is_refused(site: Site, path: str, token: str | None) -> None:
    headers = {} if token is None else {"X-Lattice-Token": token}
    assert problem(site.client.post(path, json={}, headers=headers)) == (403, "bad-token")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_post_from_another_site_is_refused_even_with_the_token(
    site: Site, path: str, said: dict[str, str]
) -> None:
    answer = site.client.post(path, json={}, headers={**site.headers, **said})
    assert problem(answer) == (403, "cross-site")


def test_a_post_from_the_own_page_is_taken(site: Site) -> None:
    site.headers |= {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert site.upload("a.csv").status_code == 201


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_can_send_is_refused(site: Site, kind: str) -> None:
    for path in POSTS:
        answer = site.client.post(path, data=b"{}", content_type=kind, headers=site.headers)
        assert problem(answer) == (415, "unsupported-media-type")


@pytest.mark.parametrize("path", POSTS)
def test_get_changes_nothing(site: Site, path: str) -> None:
    assert site.client.get(path, headers=site.headers).status_code in (400, 404, 405)
    assert not kept(site)


# ---------------------------------------------------------------- uploads


@pytest.mark.parametrize("length_is_said", [True, False])
def test_a_file_that_is_too_large_is_refused(site: Site, length_is_said: bool) -> None:
    site.imports.largest_upload = 1_000
    options: dict[str, Any] = {} if length_is_said else {"wsgi.input_terminated": True}
    answer = site.client.post(
        "/api/v1/imports/uploads?name=a.csv",
        data=b"x" * 1_001,
        content_type="application/octet-stream",
        headers=site.headers if length_is_said else {**site.headers, "Content-Length": ""},
        environ_overrides=options,
    )
    assert problem(answer) == (413, "request-entity-too-large")
    assert site.upload("a.csv", b"x" * 1_000).status_code == 201
    assert not list(kept(site)[1:])


def test_a_long_json_body_is_refused(site: Site) -> None:
    answer = site.post("/imports", {"uploads": ["0"], "mapping": "#" * 2_000_000})
    assert problem(answer) == (413, "request-entity-too-large")


def kept(site: Site) -> list[Path]:
    return [each for each in site.imports.uploads._folder().iterdir() if each.is_file()]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\a.csv", "a.csv"),
        ("/a.csv", "a.csv"),
        ("Ergebnisse für März.csv", "Ergebnisse für März.csv"),
    ],
)
def test_only_the_last_part_of_a_name_is_kept(site: Site, said: str, name: str) -> None:
    answer = site.upload(said)
    assert answer.json is not None
    assert (answer.status_code, answer.json["name"]) == (201, name)
    (path,) = kept(site)
    assert name not in path.name
    assert path.read_bytes() == TABLE


@pytest.mark.parametrize(
    "name",
    ["..", "../..", ".", " ", "a/", "a\x00.csv", "a\n.csv", "a\u202evsc.csv", "x" * 201, ""],
)
def test_names_that_could_do_harm_are_refused(site: Site, name: str) -> None:
    assert site.upload(name).status_code == 400
    assert not kept(site)


def test_a_mapping_is_no_upload(site: Site) -> None:
    answer = site.upload("manifest.TOML", b'files = ["*"]')
    assert problem(answer) == (400, "bad-question")
    assert "`mapping`" in answer.get_json()["hint"]


def test_a_name_keeps_what_people_write() -> None:
    assert file_name("a b (2).csv") == "a b (2).csv"


def test_the_oldest_uploads_make_room(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 10)
    uploads = Uploads(most=3, most_bytes=25)
    found = []
    for number in range(3):
        with path.open("rb") as content:
            found.append(uploads.add(f"{number}.csv", content).id)
    with pytest.raises(lattice.LatticeError, match="any more"):
        uploads.find(found[:1])
    assert [each.name for each in uploads.find(found[1:])] == ["1.csv", "2.csv"]
    folder = uploads._folder()
    assert len(list(folder.iterdir())) == 2
    uploads.close()
    assert not folder.exists()


def test_uploads_are_in_a_private_folder_that_goes_with_the_server(
    writable: lattice.LatticeDatabase,
) -> None:
    app = create_app(writable, allow_import=True)
    site = Site(app)
    site.finish(("a.csv", TABLE), dry_run=True)
    folder = site.imports.uploads._folder()
    assert folder.stat().st_mode & 0o077 == 0
    assert [each.is_file() for each in folder.iterdir()] == [True]
    site.imports.close()
    assert not folder.exists()


def test_two_files_of_one_name_cannot_be_imported_together(site: Site) -> None:
    uploads = [site.upload("a.csv").get_json()["id"] for _ in range(2)]
    assert problem(site.post("/imports", {"uploads": uploads})) == (400, "bad-question")


# ---------------------------------------------------------------- imports


def test_a_dry_run_reports_and_writes_nothing(
    site: Site, database_place: Path, read_tables: Callable[[Path], dict[str, Any]]
) -> None:
    before = read_tables(database_place)
    job = site.finish(("mixes.csv", TABLE), dry_run=True)
    assert job["status"] == "done"
    (found,) = job["report"]["imported"]
    assert (found["lattice"], found["evaluations"], found["read_sets"]) == ("mixes", 4, 2)
    (measure,) = found["read_measures"]
    assert (measure["lowest"], measure["highest"]) == (0.25, 0.75)
    assert read_tables(database_place) == before


def test_an_import_is_there_and_can_be_undone(
    site: Site, writable: lattice.LatticeDatabase
) -> None:
    job = site.finish(
        ("mixes.csv", TABLE), mapping='lattice = "two"\n[replicates]\nkind = "shared"'
    )
    assert job["status"] == "done"
    assert (job["dry_run"], job["files"], job["problem"]) == (False, ["mixes.csv"], None)
    (found,) = job["report"]["imported"]
    detail = writable["two"].show()
    assert detail.summary.evaluations == 4
    (result,) = detail.result_sets
    assert (result.replicate_kind, result.files[0].name) == ("shared", "mixes.csv")

    undo = f"/lattices/two/results/{found['result_set']}/undo"
    planned = site.post(undo, {"dry_run": True}).get_json()
    assert (planned["evaluations"], planned["training_sets"]) == (4, 2)
    assert "two" in writable
    done = site.post(undo, {}).get_json()
    assert done == {**planned, "dry_run": False}
    assert "two" not in writable
    assert problem(site.post(undo, {})) == (404, "unknown-lattice")


def test_what_is_said_of_conflicts_and_lattices_is_done(
    site: Site, writable: lattice.LatticeDatabase
) -> None:
    site.finish(("mixes.csv", TABLE))
    other = ("mixes.csv", TABLE.replace(b"0.75", b"0.875"))
    job = site.finish(other, into="mixes")
    assert (job["status"], job["problem"]["type"]) == ("refused", "/problems/conflict")
    job = site.finish(other, into="mixes", on_conflict="replace")
    assert job["report"]["imported"][0]["conflicts"] == 1
    assert writable["mixes"].set("AB").cells[0].mean == (0.875 + 0.5) / 2  # type: ignore[union-attr]


def test_a_refused_import_says_file_and_line_and_no_folder_of_the_server(site: Site) -> None:
    job = site.finish(("mixes.csv", b"mix,accuracy\nA,0.5\nB,high\n"))
    assert (job["status"], job["report"]) == ("refused", None)
    assert job["problem"]["detail"].startswith("mixes.csv, line 3")
    job = site.finish(("mixes.npz", b"no archive"))
    assert job["status"] == "refused"
    assert str(site.imports.uploads._folder()) not in str(job)


def test_a_wrong_mapping_is_refused_at_once(site: Site) -> None:
    upload = site.upload("a.csv").get_json()["id"]
    for text in ("lattice = ", "unheard = 1", 'files = ["/etc/passwd"]'):
        answer = site.post("/imports", {"uploads": [upload], "mapping": text})
        if answer.status_code == 202:
            assert answer.json is not None
            assert site.wait(answer.json["id"])["problem"]["type"] == "/problems/mapping-refused"
        else:
            assert problem(answer) == (400, "mapping-refused")


@pytest.mark.parametrize(
    ("content", "parameter"),
    [
        ({}, "uploads"),
        ({"uploads": []}, "uploads"),
        ({"uploads": ["0"], "on_conflict": "shrug"}, "on_conflict"),
        ({"uploads": ["0"], "path": "/etc/passwd"}, "path"),
    ],
)
def test_a_question_that_is_none_is_refused(
    site: Site, content: dict[str, Any], parameter: str
) -> None:
    answer = site.post("/imports", content)
    assert problem(answer) == (400, "bad-parameter")
    assert answer.get_json()["parameter"] == parameter


def test_what_was_not_uploaded_or_started_is_unknown(site: Site) -> None:
    assert problem(site.post("/imports", {"uploads": ["../a"]})) == (404, "unknown-upload")
    assert problem(site.client.get("/api/v1/imports/0")) == (404, "unknown-import")
    assert problem(site.post("/imports/0/cancel", {})) == (404, "unknown-import")


def test_with_a_mapping_several_files_are_one_result_set(site: Site) -> None:
    job = site.finish(("a.csv", TABLE), ("b.csv", TABLE), into="both", dry_run=True)
    assert [each["name"] for each in job["report"]["imported"]] == ["a", "b"]
    job = site.finish(
        ("a.csv", TABLE),
        ("b.csv", TABLE.replace(b"A", b"C")),
        mapping='[columns]\ntraining_set = "mix"\nseed = "seed"',
        dry_run=True,
    )
    assert [each["name"] for each in job["report"]["imported"]] == ["a"]
