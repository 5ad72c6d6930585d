"""Every export of the map, downloaded and compared with the API's numbers."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import networkx as nx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
MEASURE = "r2/held-out@decision_tree"
FILTER = 'contains("a") and rank <= 3'


def open_menu(page: Page, lattice: str, **parameters: str) -> None:
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
    page.goto(f"/lattices/{lattice}/map?{query}")
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    page.keyboard.press("e")
    expect(page.get_by_test_id("export-menu")).to_be_visible()


def download(page: Page, form: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.get_by_test_id(f"export-{form}").click()
    content = Path(waiting.value.path()).read_bytes()
    expect(page.get_by_test_id("export-said")).to_have_text(
        f"Saved {waiting.value.suggested_filename}"
    )
    return waiting.value.suggested_filename, content


def asked(page: Page, path: str) -> Any:
    return page.request.get(f"/api/v1/lattices/{path}").json()


def test_csv_and_json_hold_the_filtered_sets_with_the_api_s_numbers(page: Page) -> None:
    open_menu(page, "california-housing", measure=MEASURE, filter=FILTER)
    url = f"california-housing/subgraph?measure={quote(MEASURE)}&filter={quote(FILTER)}"
    columns = asked(page, url)
    menu = page.get_by_test_id("export-menu")
    expect(menu).to_contain_text(f"All {columns['total']} training sets that match the filter")
    name, content = download(page, "csv")
    assert name == "california-housing_r2-held-out-decision-tree_contains-a-and-rank-=-3_map.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert [row["key"] for row in rows] == columns["keys"]
    assert [float(row[MEASURE]) for row in rows] == columns["means"]
    errors = [float(row["standard_error"]) for row in rows]
    assert errors == columns["standard_errors"]
    assert [int(row["replicates"]) for row in rows] == columns["replicates"]
    assert {row["origin"] for row in rows} == {"measured"}
    assert all(len(row["training_set"]) == int(row["rank"]) for row in rows)
    document = json.loads(download(page, "json")[1])
    assert document["filter"] == FILTER
    assert document["written"] == document["matching"] == columns["total"]
    listed = [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]]
    assert [row[MEASURE] for row in listed] == columns["means"]
    assert [row["standard_error"] for row in listed] == columns["standard_errors"]


def test_graphml_holds_sets_and_moves_with_scores_and_deltas(page: Page) -> None:
    open_menu(page, "covertype", measure="accuracy/ABCD")
    graph = nx.read_graphml(io.BytesIO(download(page, "graphml")[1]))
    columns = asked(page, "covertype/subgraph?measure=accuracy/ABCD")
    scores = dict(zip(columns["keys"], columns["means"], strict=True))
    found = {data["key"]: data["score: accuracy/ABCD"] for _, data in graph.nodes(data=True)}
    assert found == scores
    moves = asked(page, "covertype")["summary"]["moves"]
    assert graph.number_of_edges() == moves
    for lower, upper, data in graph.edges(data=True):
        assert set(lower.replace("empty", "")) | {data["object"]} == set(upper)
        delta = scores[graph.nodes[upper]["key"]] - scores[graph.nodes[lower]["key"]]
        assert data["delta: accuracy/ABCD"] == delta


def test_a_missing_score_is_empty_and_a_declared_one_says_so(page: Page) -> None:
    open_menu(page, "california-housing", measure="r2/held-out@random_forest")
    rows = csv.DictReader(io.StringIO(download(page, "csv")[1].decode()))
    first = next(rows)
    assert (first["training_set"], first["r2/held-out@random_forest"]) == ("empty", "0")
    assert (first["origin"], first["standard_error"]) == ("declared", "")


def test_svg_and_png_are_the_picture(page: Page, keep: Callable[[str], None]) -> None:
    open_menu(page, "covertype", measure="accuracy/ABCD", layout="landscape", set="~0f")
    keep("export-menu")
    root = ET.fromstring(download(page, "svg")[1])
    space = "{http://www.w3.org/2000/svg}"
    texts = [each.text for each in root.iter(f"{space}text")]
    assert "rank: objects in the training set →" in texts
    assert any(text and "−A −0.0579" in text for text in texts)
    size = page.get_by_test_id("map-canvas").bounding_box()
    assert size is not None
    assert float(root.attrib["width"]) == pytest.approx(size["width"], abs=1)
    spot = page.evaluate("() => window.__lattice.position('~0f')")
    drawn = [
        (float(each.attrib["cx"]) + size["x"], float(each.attrib["cy"]) + size["y"])
        for each in root.iter(f"{space}circle")
    ]
    assert min(abs(x - spot["x"]) + abs(y - spot["y"]) for x, y in drawn) < 1
    name, png = download(page, "png")
    assert name == "covertype_accuracy-ABCD_map.png"
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert abs(width - 2 * size["width"]) <= 2
    assert abs(height - 2 * size["height"]) <= 2


def test_the_menu_works_by_keyboard_alone(page: Page) -> None:
    open_menu(page, "toy")
    expect(page.get_by_test_id("export-png")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("export-csv")).to_be_focused()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith("_map.csv")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("export-menu")).to_have_count(0)
    page.get_by_test_id("export").click()
    expect(page.get_by_test_id("export-menu")).to_be_visible()


def test_a_sample_is_said_to_be_one_and_everything_is_offered_first(page: Page) -> None:
    """A lattice larger than what is drawn, made here by letting the map draw 300 sets."""

    def sampled(route: Any) -> None:
        url = route.request.url
        most = "&max=300" if "cursor" in url else "&max=200"
        route.continue_(url=f"{url}{most}")

    page.route("**/subgraph?**", sampled)
    open_menu(page, "california-housing", measure=MEASURE)
    menu = page.get_by_test_id("export-menu")
    expect(menu.get_by_role("radio")).to_have_count(2)
    expect(menu.get_by_label("All 1,024 training sets of this lattice")).to_be_checked()
    columns = asked(page, f"california-housing/subgraph?measure={quote(MEASURE)}")
    rows = list(csv.DictReader(io.StringIO(download(page, "csv")[1].decode())))
    assert [row["key"] for row in rows] == columns["keys"]
    assert [float(row[MEASURE]) for row in rows] == columns["means"]
    drawn = menu.get_by_label("sampled per rank")
    drawn.check()
    name, content = download(page, "csv")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert 150 < len(rows) <= 200
    assert name.endswith("_map_drawn.csv")
    expect(menu.get_by_text(f"The {len(rows)} sets that are drawn")).to_be_visible()


def test_a_long_export_says_how_far_it_is_and_can_be_stopped(page: Page) -> None:
    held = []

    def slow(route: Any) -> None:
        url = route.request.url
        if "cursor=300" in url:
            held.append(route)
        else:
            route.continue_(url=f"{url}&max={300 if 'cursor' in url else 200}")

    page.route("**/subgraph?**", slow)
    open_menu(page, "california-housing", measure=MEASURE)
    menu = page.get_by_test_id("export-menu")
    page.get_by_test_id("export-csv").click()
    expect(menu.get_by_role("status").first).to_contain_text("300 of 1,024")
    expect(page.get_by_test_id("export-json")).to_be_disabled()
    menu.get_by_role("button", name="Stop").click()
    expect(page.get_by_test_id("export-json")).to_be_enabled()
    expect(page.get_by_test_id("export-said")).to_have_text("")
    for route in held:
        route.abort()
    page.unroute("**/subgraph?**")
    refused = {"type": "about:blank", "title": "No", "status": 503, "detail": "Too busy now."}
    page.route(
        "**/subgraph?**cursor**",
        lambda route: route.fulfill(
            status=400, content_type="application/problem+json", body=json.dumps(refused)
        ),
    )
    page.get_by_test_id("export-csv").click()
    expect(menu.get_by_role("alert")).to_contain_text("Too busy now.")
