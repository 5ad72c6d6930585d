"""The exports of every page, downloaded and compared with the API's numbers."""

import base64
import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import pairwise
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
    expect(page.get_by_test_id("export-csv")).to_be_enabled()


def open_page(page: Page, path: str, seen: str) -> None:
    """Open a page, wait for what is seen on it, and open the menu by its key."""
    page.goto(f"/lattices/{path}")
    expect(page.get_by_test_id(seen).first).to_be_visible()
    expect(page.get_by_test_id("export")).to_be_visible()
    page.locator("body").press("e")
    expect(page.get_by_test_id("export-csv")).to_be_enabled()


def records(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def number(text: str) -> float | None:
    return None if text == "" else float(text)


def graph(page: Page) -> "nx.DiGraph[str]":
    found = nx.read_graphml(io.BytesIO(download(page, "graphml")[1]))
    assert isinstance(found, nx.DiGraph)
    return found


def choose(page: Page, words: str) -> None:
    page.get_by_test_id("export-menu").get_by_label(words).check()


def svg_texts(page: Page) -> str:
    """The SVG is XML without anything of the page but what is seen, and says all in texts."""
    content = download(page, "svg")[1].decode()
    root = ET.fromstring(content)
    for foreign in ("class=", "href=", "var(", "NaN", "foreignObject"):
        assert foreign not in content
    assert float(root.attrib["width"]) > 300
    space = "{http://www.w3.org/2000/svg}"
    return " ".join("".join(each.itertext()) for each in root.iter(f"{space}text"))


COLORS = """async (data) => {
  const image = new Image();
  image.src = "data:image/png;base64," + data;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data: bytes } = context.getImageData(0, 0, image.width, image.height);
  const colors = new Set(new Uint32Array(bytes.buffer));
  return { colors: colors.size, paper: [...bytes.slice(0, 4)], width: image.width };
}"""


def png_colors(page: Page) -> dict[str, Any]:
    """How many colors the PNG has, and which one is in its corner."""
    content = download(page, "png")[1]
    found: dict[str, Any] = page.evaluate(COLORS, base64.b64encode(content).decode())
    return found


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


# ------------------------------------------------------------------ paths


def test_a_path_and_its_next_best_ones_as_rows_and_as_a_graph(page: Page) -> None:
    question = "from=A&to=BCD&measure=accuracy/ABCD&k=3"
    open_page(page, f"covertype/paths?{question}", "path-profile")
    found = asked(page, f"covertype/paths?{question}")
    menu = page.get_by_test_id("export-menu")
    expect(menu).to_contain_text("All 5 sets on the way of the best path and of the 2 next best")
    name, content = download(page, "csv")
    assert name == "covertype_accuracy-ABCD_A-BCD_path.csv"
    rows = records(content)
    assert [row["path"] for row in rows] == ["1"] * 5 + ["2"] * 5 + ["3"] * 5
    for row, step in zip(rows, found["steps"], strict=False):
        assert row["key"] == step["training_set"]["key"]
        assert float(row["accuracy/ABCD"]) == step["cells"][0]["mean"]
        assert row["accuracy/ABCD origin"] == "measured"
        assert row["accuracy/ABCD standard_error"] == ""  # one replicate: unknown
        move = step["move"] or {"kind": None, "object": ""}
        assert row["added"] == (move["object"] if move["kind"] == "add" else "")
        assert row["removed"] == (move["object"] if move["kind"] == "remove" else "")
        delta = step["deltas"][0]["value"] if step["deltas"] else None
        assert number(row["accuracy/ABCD delta"]) == delta
    for place, other in enumerate(found["alternatives"]):
        mine = rows[5 * (place + 1) : 5 * (place + 2)]
        assert [row["training_set"] for row in mine] == [
            each["name"] for each in other["training_sets"]
        ]
    document = json.loads(download(page, "json")[1])
    assert (document["from"], document["to"], document["objective"]) == ("A", "BCD", "fewest")
    assert (document["moves"], document["floor"]) == (found["moves"], found["floor"])
    walked = graph(page)
    best = [step["training_set"]["name"] for step in found["steps"]]
    assert all("1" in walked.edges[pair]["paths"] for pair in pairwise(best))
    scores = {step["training_set"]["name"]: step["cells"][0]["mean"] for step in found["steps"]}
    assert all(walked.nodes[each]["score: accuracy/ABCD"] == scores[each] for each in best)


def test_the_profile_of_a_path_is_a_picture_in_light_and_dark(page: Page) -> None:
    question = f"from=a&to=bcdefghij&measure={quote(MEASURE)}&objective=widest"
    open_page(page, f"california-housing/paths?{question}", "path-profile")
    texts = svg_texts(page)
    for said in ("California housing", "a → bcdefghij", "higher is better", "10 moves", "+j"):
        assert said in texts
    assert "one standard error" in texts
    assert "cross-fitted" in texts
    assert "Point at a step" not in texts  # that is of the page alone
    light = png_colors(page)
    assert light["colors"] > 50
    assert min(light["paper"][:3]) > 240
    page.keyboard.press("Escape")  # closes the menu, and takes nothing else back
    page.get_by_test_id("theme").select_option("dark")
    expect(page.get_by_test_id("path-profile")).to_be_visible()
    page.get_by_test_id("export").click()
    dark = png_colors(page)
    assert (dark["colors"] > 50, dark["width"]) == (True, light["width"])
    assert max(dark["paper"][:3]) < 60


def test_orders_and_trade_offs_are_exported_with_all_their_curves(page: Page) -> None:
    measure = f"measure={quote(MEASURE)}"
    open_page(page, f"california-housing/paths?{measure}&mode=withdraw", "paths-curves")
    found = asked(page, f"california-housing/withdrawals?{measure}")
    rows = records(download(page, "csv")[1])
    assert len(rows) == 5 * 11
    best = [row for row in rows if row["curve"] == "best"]
    assert [row["unit"] for row in best[1:]] == found["best"]["units"]
    means = [number(row[MEASURE]) for row in rows if row["curve"] == "average"]
    assert means == [size["mean"] for size in found["average"]["sizes"]]
    assert nx.is_directed_acyclic_graph(graph(page))
    assert "average of all orders" in svg_texts(page)
    page.keyboard.press("Escape")
    ends = "from=ABC&to=D&measure=accuracy/ABCD"
    open_page(page, f"covertype/paths?{ends}&mode=tradeoffs", "paths-tradeoffs")
    front = asked(page, f"covertype/tradeoffs?{ends}")
    name, content = download(page, "csv")
    assert name.endswith("_trade-offs.csv")
    rows = records(content)
    assert [number(row["widest"]) for row in rows] == [each["first"] for each in front["items"]]
    assert [number(row["fewest"]) for row in rows] == [each["second"] for each in front["items"]]
    choose(page, "Every step")
    rows = records(download(page, "csv")[1])
    assert len(rows) == sum(len(each["path"]["steps"]) for each in front["items"])


def test_where_there_is_no_path_what_to_train_is_exported(page: Page) -> None:
    question = "from=AB&to=ACD&max_rank=3&measure=accuracy/A"
    open_page(page, f"toy/paths?{question}", "paths-gap")
    found = asked(page, f"toy/paths?{question}")
    menu = page.get_by_test_id("export-menu")
    expect(menu).to_contain_text("There is no such path, so there is no graph of it.")
    expect(page.get_by_test_id("export-png")).to_have_count(0)
    rows = records(download(page, "csv")[1])
    assert [row["key"] for row in rows] == [each["key"] for each in found["why"]["to_train"]]
    assert [row["training_set"] for row in rows] == ["AC"]


# ------------------------------------------------------------------ grid, pairs, table


def test_the_whole_grid_comes_before_what_was_read_of_it(page: Page) -> None:
    where = quote("rank >= 4")
    open_page(page, f"california-housing/grid?filter={where}", "grid-row")
    url = f"california-housing/grid?filter={where}"
    grid = asked(page, f"{url}&limit=1000")
    menu = page.get_by_test_id("export-menu")
    expect(menu.get_by_label(f"All {grid['total']} training sets that match")).to_be_checked()
    expect(menu).to_contain_text("The grid shows no moves")
    expect(page.get_by_test_id("export-graphml")).to_be_disabled()
    name, content = download(page, "csv")
    assert name == "california-housing_rank-=-4_grid.csv"
    rows = records(content)
    assert [row["key"] for row in rows] == [each["training_set"]["key"] for each in grid["items"]]
    for place, measure in enumerate(grid["measures"]):
        cells = [each["cells"][place] for each in grid["items"]]
        assert [float(row[measure["name"]]) for row in rows] == [cell["mean"] for cell in cells]
        errors = [number(row[f"{measure['name']} standard_error"]) for row in rows]
        assert errors == [cell["standard_error"] for cell in cells]
    choose(page, "that the page has read so far")
    name, content = download(page, "csv")
    assert name.endswith("_grid_read.csv")
    assert 20 < len(records(content)) < grid["total"]
    texts = svg_texts(page)
    first = grid["items"][0]["training_set"]["name"]
    for said in ("decision_tree", first, f"of {grid['total']}", "only sets with rank >= 4"):
        assert said in texts


def test_the_heat_map_is_its_draw_list_with_names_and_legend(
    page: Page, keep: Callable[[str], None]
) -> None:
    page.goto("/lattices/covertype/grid?rows=heat&set=~0b")
    expect(page.get_by_test_id("grid-canvas")).to_have_attribute("data-ready", "true")
    page.locator("body").press("e")
    keep("export-menu-grid")
    content = download(page, "svg")[1].decode()
    root = ET.fromstring(content)
    shapes = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    measured = asked(page, "covertype")["summary"]["cells"]
    fills = [each for each in root.iter("{http://www.w3.org/2000/svg}g") if "fill" in each.attrib]
    tall = [each for each in shapes if float(each.attrib["height"]) > 12]
    assert len(tall) >= measured == 15 * 15
    assert len({each.attrib["fill"] for each in fills}) > 30
    texts = svg_texts(page)
    for said in (
        "evaluated on →",
        "trained on ↓",
        "ABCD",
        "accuracy, higher is better",
        "15 of 15",
    ):
        assert said in texts
    assert png_colors(page)["colors"] > 60


def test_missing_and_declared_cells_keep_their_looks(page: Page) -> None:
    open_page(page, "california-housing/grid", "grid-row")
    content = download(page, "svg")[1].decode()
    assert "stroke-dasharray" in content
    assert "3 declared, not measured" in svg_texts(page)
    rows = records(download(page, "csv")[1])
    assert (rows[0][MEASURE], rows[0][f"{MEASURE} origin"]) == ("0", "declared")
    assert rows[0][f"{MEASURE} standard_error"] == ""


def test_leave_one_out_pairs_are_rows_and_moves(page: Page) -> None:
    open_page(page, "california-housing/grid?without=a", "pair-row")
    found = asked(page, "california-housing/pairs?object=a&limit=1000")
    rows = records(download(page, "csv")[1])
    assert len(rows) == found["total"] == 512
    assert [row["with_key"] for row in rows] == [
        each["with_object"]["key"] for each in found["items"]
    ]
    deltas = [each["deltas"][0]["value"] for each in found["items"]]
    assert [number(row[f"{MEASURE} delta"]) for row in rows] == deltas
    moves = graph(page)
    assert (moves.number_of_nodes(), moves.number_of_edges()) == (1024, 512)
    assert moves.edges["abcdefghij", "bcdefghij"][f"delta: {MEASURE}"] == deltas[0]
    choose(page, "that are shown")
    assert len(records(download(page, "csv")[1])) == 50
    assert "What does leaving out a change?" in svg_texts(page)


def test_the_table_is_exported_with_sizes_by_paging(page: Page) -> None:
    open_page(page, f"california-housing/table?sort={quote(MEASURE)}", "table-row")
    found = asked(page, f"california-housing/sets?sort={quote(MEASURE)}&limit=1000")
    name, content = download(page, "csv")
    assert name == "california-housing_table.csv"
    rows = records(content)
    assert len(rows) == found["total"] == 1024
    assert [row["key"] for row in rows[:1000]] == [
        each["training_set"]["key"] for each in found["items"]
    ]
    place = found["measures"].index(MEASURE)
    means = [each["cells"][place]["mean"] for each in found["items"]]
    assert [float(row[MEASURE]) for row in rows[:1000]] == means
    sizes = {row["training_set"]: row["size"] for row in rows}
    assert (sizes["empty"], sizes["abc"]) == ("0", "6")
    document = json.loads(download(page, "json")[1])
    assert (document["written"], document["matching"]) == (1024, 1024)
    assert "rows 1–" in svg_texts(page)


# ------------------------------------------------------------------ comparison, set


def test_a_comparison_has_every_measure_and_set_with_its_difference(page: Page) -> None:
    open_page(page, "covertype/compare?tray=~0b&tray=~0e&tray=~03", "comparison")
    found = asked(page, "covertype/compare?sets=ABD&sets=BCD&sets=AB")
    rows = records(download(page, "csv")[1])
    assert len(rows) == 15 * 3
    told = {(row["measure"], row["training_set"]): row for row in rows}
    for place, measure in enumerate(found["measures"]):
        assert told[measure, "ABD"]["is_baseline"] == "true"
        assert told[measure, "ABD"]["difference"] == ""
        for each in found["sets"]:
            row = told[measure, each["training_set"]["name"]]
            assert float(row["score"]) == each["cells"][place]["mean"]
            assert number(row["difference"]) == each["deltas"][place]["value"]
            assert row["effect"] == each["deltas"][place]["effect"]
    shown = page.get_by_test_id("compare-measure").locator("th button").all_inner_texts()
    assert [row["measure"] for row in rows[::3]] == [text.replace("\n", "") for text in shown]
    texts = svg_texts(page)
    assert all(name in texts for name in ("accuracy/ABCD", "accuracy/B", "−0.465", "baseline"))
    assert "Path" not in texts  # buttons are of the page alone
    expect(page.get_by_test_id("export-menu")).to_contain_text("need not be a move apart")


def test_the_star_and_its_bars_with_everything_around_a_set(page: Page) -> None:
    where = f"set=abcdefgh&measure={quote(MEASURE)}&radius=3&moves=add,remove,swap&open=pairs"
    page.goto(f"/lattices/california-housing/set?{where}")
    expect(page.get_by_test_id("complements").locator("li").first).to_be_visible()
    expect(page.get_by_test_id("star-end").first).to_be_visible()
    page.locator("body").press("e")
    moves = "moves=add&moves=remove&moves=swap"
    near = asked(
        page,
        f"california-housing/sets/abcdefgh/neighborhood?radius=3&{moves}"
        f"&measure={quote(MEASURE)}&sort={quote(MEASURE)}&limit=1000",
    )
    menu = page.get_by_test_id("export-menu")
    expect(menu.get_by_label(f"All {near['total']} stored sets up to 3 moves")).to_be_checked()
    name, content = download(page, "csv")
    assert name == ("california-housing_r2-held-out-decision-tree_abcdefgh_set_around.csv")
    rows = records(content)
    assert [row["key"] for row in rows] == [
        each["training_set"]["key"] for each in near["neighbors"]
    ]
    deltas = [each["deltas"][0] for each in near["neighbors"]]
    assert [number(row["delta"]) for row in rows] == [delta["value"] for delta in deltas]
    errors = [number(row["delta_standard_error"]) for row in rows]
    assert errors == [delta["standard_error"] for delta in deltas]
    star = graph(page)
    assert star.out_degree("abcdefgh") == near["total"] == star.number_of_nodes() - 1
    choose(page, "that the star draws from")
    assert 200 <= len(records(download(page, "csv")[1])) < near["total"]
    choose(page, "All 28 pairs")
    pairs = records(download(page, "csv")[1])
    squares = asked(
        page,
        f"california-housing/squares?set=abcdefgh&measure={quote(MEASURE)}&sort={quote(MEASURE)}",
    )
    assert [(row["first"], row["second"]) for row in pairs] == [
        tuple(each["objects"]) for each in squares["items"]
    ]
    assert [number(row["interaction"]) for row in pairs] == [
        each["interactions"][0]["value"] for each in squares["items"]
    ]
    texts = svg_texts(page)
    for said in ("abcdefgh", "8 of 10 objects", "+i +j", "Complements", "of 200 are drawn"):
        assert said in texts
    assert "Show" not in texts
    assert png_colors(page)["colors"] > 50


def test_sets_that_are_not_stored_are_rows_without_a_score(page: Page) -> None:
    open_page(page, "toy/set?set=ABC", "star-end")
    near = asked(page, "toy/sets/ABC/neighborhood")
    rows = records(download(page, "csv")[1])
    absent = [row for row in rows if row["stored"] == "false"]
    assert [row["key"] for row in absent] == [
        each["training_set"]["key"] for each in near["missing"]
    ]
    assert all(row["delta"] == "" for row in absent)
