import pytest
from flask.testing import FlaskClient

import lattice
from lattice.web.app import create_app


def test_every_answer_carries_a_strict_content_security_policy(client: FlaskClient) -> None:
    for url in ("/", "/api/v1/lattices", "/nothing"):
        headers = client.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["localhost", "localhost:8700", "127.0.0.1:8700"])
def test_loopback_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/api/v1/lattices", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.0.9:8700"])
def test_other_host_names_are_refused(client: FlaskClient, host: str) -> None:
    for url in ("/", "/api/v1/lattices"):
        assert client.get(url, headers={"Host": host}).status_code == 400


def test_trusted_hosts_can_be_named(
    database: lattice.LatticeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTED_HOSTS", "lattice.lab.example, other.example")
    client = create_app(database).test_client()
    answer = client.get("/api/v1/lattices", headers={"Host": "lattice.lab.example"})
    assert answer.status_code == 200
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_pages_load_the_built_front_end(client: FlaskClient) -> None:
    page = client.get("/lattices/toy/map")
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert 'type="module"' in page.text
    script = page.text.split('src="')[1].split('"')[0]
    assert script.startswith("/static/dist/assets/")
    loaded = client.get(script)
    assert loaded.status_code == 200
    assert "immutable" in loaded.headers["Cache-Control"]
    loaded.close()


def test_a_lattice_without_a_view_leads_to_its_map(client: FlaskClient) -> None:
    answer = client.get("/lattices/toy/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/lattices/toy/map"


def test_an_unknown_lattice_is_not_found(client: FlaskClient) -> None:
    assert client.get("/lattices/nothing/map").status_code == 404


def test_no_path_leaves_the_static_folder(client: FlaskClient) -> None:
    for path in ("../app.py", "..%2fapp.py", "dist/../../app.py", "dist/%2e%2e/%2e%2e/app.py"):
        assert client.get(f"/static/{path}").status_code == 404


def test_a_page_that_does_not_exist_leads_home(client: FlaskClient) -> None:
    for url in ("/foo", "/lattices/", "/covertype"):
        answer = client.get(url)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert '<a href="/">All lattices</a>' in answer.text
