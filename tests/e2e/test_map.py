import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import odd
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]


@pytest.fixture(scope="session")
def odd_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with lattices that are large, tiny, empty, or lack something."""
    place = tmp_path_factory.mktemp("odd") / "odd.db"
    odd.make(place, "big", "one", "long", "sparse")
    with Server(place) as server:
        yield server.address


def opened(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    expect(page.get_by_test_id("map-toolbar")).to_be_visible()


def spot(page: Page, key: str) -> tuple[float, float]:
    found = page.evaluate("key => window.__lattice.position(key)", key)
    assert found is not None, f"{key} is not drawn"
    return found["x"], found["y"]


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def canvas(page: Page) -> dict[str, float]:
    box = page.get_by_test_id("map-canvas").bounding_box()
    assert box is not None
    return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}


def drag(page: Page, start: tuple[float, float], *to: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for place in to:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def shift_drag(page: Page, start: tuple[float, float], to: tuple[float, float]) -> None:
    page.keyboard.down("Shift")
    drag(page, start, to)
    page.keyboard.up("Shift")


def matching(address: str, lattice: str, predicate: str) -> int:
    """How many sets the API says that a predicate selects."""
    asked = urlencode({"filter": predicate, "limit": 1})
    with urlopen(f"{address}/api/v1/lattices/{lattice}/sets?{asked}") as answer:
        return int(json.load(answer)["total"])


def test_a_large_lattice_opens_as_a_density_that_says_its_cells(
    page: Page, odd_address: str, keep: Keep
) -> None:
    opened(page, f"{odd_address}/lattices/big/map")
    expect(page.get_by_test_id("stage-shown")).to_contain_text("32,768 training sets")
    expect(page.get_by_test_id("density-legend")).to_contain_text("sets in a cell, logarithmic")
    page.get_by_test_id("density").focus()
    page.keyboard.press("ArrowUp")
    tooltip = page.get_by_test_id("cell-tooltip")
    said = tooltip.locator("strong").inner_text()
    found = re.fullmatch(r"rank (\d+), ([\d.]+) to ([\d.]+): ([\d,]+) sets \(of ([\d,]+)\)", said)
    assert found is not None, said
    rank, low, high = int(found[1]), float(found[2]), float(found[3])
    scores = [score for bits, score in odd.big_rows() if sum(bits) == rank]
    assert int(found[5].replace(",", "")) == len(scores)
    inside = [score for score in scores if low <= score < high]
    assert int(found[4].replace(",", "")) == len(inside)
    expect(page.get_by_test_id("density-spoken")).to_have_text(said)
    keep("map-density")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stage-shown")).to_contain_text(f"{len(inside):,} of 32,768 match")
    predicate = query(page)["filter"][0]
    assert matching(odd_address, "big", predicate) == len(inside)
    page.go_back()
    expect(page.get_by_test_id("stage-shown")).to_contain_text("32,768 training sets")


def test_clicking_a_cell_shows_its_sets_one_by_one(page: Page, odd_address: str) -> None:
    opened(page, f"{odd_address}/lattices/big/map")
    box = canvas(page)
    for share in (0.5, 0.47, 0.53, 0.44, 0.56):
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + share * box["height"])
        tooltip = page.get_by_test_id("cell-tooltip")
        if tooltip.count() and "Click or Enter" in tooltip.inner_text():
            break
    said = tooltip.locator("strong").inner_text()
    counted = re.search(r": ([\d,]+) sets", said)
    assert counted is not None
    page.mouse.down()
    page.mouse.up()
    expect(page.get_by_test_id("stage-shown")).to_contain_text(f"{counted[1]} of 32,768 match")
    expect(page.get_by_test_id("selection")).to_contain_text(f"Filter added: {said}")
    expect(page.get_by_test_id("density")).to_have_count(0)
    page.get_by_test_id("selection-undo").click()
    expect(page.get_by_test_id("density")).to_be_visible()
    assert "filter" not in query(page)


def test_the_strip_of_a_density_holds_what_has_no_score(page: Page, odd_address: str) -> None:
    opened(page, f"{odd_address}/lattices/big/map")
    expect(page.get_by_test_id("levels-table").locator("tbody tr")).to_have_count(16)
    page.get_by_test_id("density").focus()
    for key in ["ArrowUp", *["ArrowLeft"] * 15, *["ArrowDown"] * 50]:
        page.keyboard.press(key)
    expect(page.get_by_test_id("cell-tooltip")).to_contain_text("rank 0, no score: 1 set (of 1)")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stage-shown")).to_contain_text("1 of 32,768 match")
    assert query(page)["filter"] == ['rank == 0 and not evaluated("accuracy/default")']


def test_a_declared_score_stands_apart_in_a_density(page: Page, keep: Keep) -> None:
    opened(
        page, "/lattices/california-housing/map?measure=r2/held-out@decision_tree&layout=density"
    )
    expect(page.get_by_test_id("density-declared")).to_have_text("1 declared, not measured")
    cells = page.get_by_test_id("levels-table").locator("tbody tr").first.locator("td")
    assert cells.all_inner_texts()[:4] == ["1", "1", "1", "none measured"]
    page.get_by_test_id("density").focus()
    for key in ["ArrowUp", *["ArrowLeft"] * 10, *["ArrowDown"] * 60]:
        page.keyboard.press(key)
    said = "rank 0, declared, not measured: 1 set (of 1)"
    expect(page.get_by_test_id("cell-tooltip")).to_contain_text(said)
    keep("map-density-declared")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stage-shown")).to_contain_text("1 of 1,024 match")
    assert query(page)["filter"] == ['rank == 0 and declared("r2/held-out@decision_tree")']


def test_a_box_on_a_density_is_an_exact_chip(page: Page, odd_address: str, keep: Keep) -> None:
    opened(page, f"{odd_address}/lattices/big/map")
    box = canvas(page)
    start = (box["x"] + 0.45 * box["width"], box["y"] + 0.3 * box["height"])
    end = (box["x"] + 0.6 * box["width"], box["y"] + 0.6 * box["height"])
    page.keyboard.down("Shift")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    said = page.get_by_test_id("outline-says").inner_text()
    keep("map-density-box")
    page.mouse.up()
    page.keyboard.up("Shift")
    counted = re.search(r": ([\d,]+) sets", said)
    assert counted is not None, said
    expect(page.get_by_test_id("stage-shown")).to_contain_text(f"{counted[1]} of 32,768 match")
    found = matching(odd_address, "big", query(page)["filter"][0])
    assert f"{found:,}" == counted[1]


def test_marked_sets_are_drawn_over_the_density_and_beyond_the_sample(
    page: Page, odd_address: str, keep: Keep
) -> None:
    marks = "set=~ff7f&tray=~0f&tray=~ff01&baseline=~0f"
    opened(page, f"{odd_address}/lattices/big/map?{marks}")
    expect(page.get_by_test_id("focus-name")).to_contain_text("o0+o1")
    page.wait_for_timeout(500)
    keep("map-density-marks")
    opened(page, f"{odd_address}/lattices/big/map?{marks}&layout=landscape")
    sampled = page.get_by_test_id("sampled")
    expect(sampled).to_contain_text(re.compile(r"16,3\d\d of 32,768 shown, sampled per rank"))
    for key in ("~ff7f", "~0f", "~ff01"):
        spot(page, key)
    filtered = urlencode({"filter": "rank == 14"})
    opened(page, f"{odd_address}/lattices/big/map?{marks}&{filtered}")
    page.mouse.move(*spot(page, "~0f"))
    tooltip = page.get_by_test_id("map-tooltip")
    expect(tooltip).to_contain_text("o0+o1+o2+o3")
    expect(tooltip).to_contain_text("shown because it is marked")
    keep("map-marked-outside")
    expect(page.get_by_test_id("stage-shown")).to_contain_text("15 of 32,768 match")


def test_all_of_a_sample_are_in_the_table(page: Page, odd_address: str) -> None:
    opened(page, f"{odd_address}/lattices/big/map?layout=landscape")
    page.get_by_test_id("see-all").click()
    expect(page).to_have_url(re.compile("/lattices/big/table"))


def test_a_box_on_the_landscape_is_a_range_of_ranks_and_scores(
    page: Page, address: str, keep: Keep
) -> None:
    opened(page, "/lattices/california-housing/map?measure=r2/held-out@decision_tree")
    (x, y), box = spot(page, "~ff03"), canvas(page)
    shift_drag(page, (x - 90, y - 30), (x + 12, y + 28))
    bar = page.get_by_test_id("stage-shown")
    expect(bar).to_contain_text("of 1,024 match")
    predicate = query(page)["filter"][0]
    assert re.fullmatch(
        r'rank >= 9 and rank <= 10 and score\("[^"]+"\) >= [\d.]+ and score\("[^"]+"\) <= [\d.]+',
        predicate,
    )
    found = matching(address, "california-housing", predicate)
    expect(bar).to_contain_text(f"{found} of 1,024 match")
    assert 1 < found <= 11
    expect(page.get_by_test_id("layout-landscape")).to_have_attribute("aria-pressed", "true")
    keep("map-landscape-boxed")
    page.get_by_test_id("selection-to-tray").click()
    expect(page.get_by_test_id("tray-set")).to_have_count(found)
    assert box["width"] > 0


def test_the_strip_of_the_landscape_is_selected_with_its_declared_score(
    page: Page, address: str
) -> None:
    opened(page, "/lattices/california-housing/map?measure=r2/held-out@decision_tree")
    x, y = spot(page, "~")
    shift_drag(page, (x - 12, y - 5), (x + 12, y + 8))
    expect(page.get_by_test_id("stage-shown")).to_contain_text("1 of 1,024 match")
    predicate = query(page)["filter"][0]
    assert matching(address, "california-housing", predicate) == 1
    assert predicate.endswith('and declared("r2/held-out@decision_tree")')
    expect(page.get_by_test_id("chip")).to_contain_text("declared: r2/held-out@decision_tree")


def test_a_lasso_lists_its_sets(page: Page, keep: Keep) -> None:
    opened(page, "/lattices/covertype/map?measure=accuracy/ABCD&layout=landscape")
    page.get_by_test_id("tool-lasso").click()
    x, y = spot(page, "~0f")
    outline = [(x + 20, y - 20), (x + 20, y + 20), (x - 20, y + 20), (x - 20, y - 18)]
    drag(page, (x - 20, y - 20), *outline)
    expect(page.get_by_test_id("stage-shown")).to_contain_text("1 of 15 match")
    assert query(page)["filter"] == ['among("~0f")']
    keep("map-lasso")
    page.get_by_test_id("bar-clear").click()
    expect(page.get_by_test_id("stage-shown")).to_contain_text("15 training sets")


def test_an_outline_on_a_sample_means_all_sets_in_it_and_says_so(
    page: Page, odd_address: str, keep: Keep
) -> None:
    opened(page, f"{odd_address}/lattices/big/map?layout=landscape")
    expect(page.get_by_test_id("sampled")).to_contain_text("of 32,768 shown, sampled")
    page.get_by_test_id("tool-lasso").click()
    (x, y), _ = spot(page, "~ff7f"), canvas(page)
    page.mouse.move(x - 20, y - 12)
    page.mouse.down()
    for place in [(x + 20, y - 12), (x + 20, y + 12), (x - 70, y + 40), (x - 70, y - 12)]:
        page.mouse.move(*place, steps=4)
    said = page.get_by_test_id("outline-says")
    expect(said).to_contain_text(
        re.compile(r"lasso over rank 14 to 15, .*: \d+ drawn sets? of a sample")
    )
    keep("map-lasso-sample-drawing")
    page.mouse.up()
    popup = page.get_by_test_id("selection")
    expect(popup).to_contain_text(re.compile("lasso over rank 14 to 15, .* match"))
    covering = query(page)["filter"][0]
    assert "among" not in covering
    keep("map-lasso-sample")
    page.get_by_test_id("selection-instead").click()
    expect(popup).to_contain_text("of a sample")
    assert query(page)["filter"][0].startswith("among(")
    page.get_by_test_id("selection-instead").click()
    expect(popup).to_contain_text("lasso over")
    assert query(page)["filter"] == [covering]
    found = matching(odd_address, "big", covering)
    expect(popup).to_contain_text(f"{found} match")


def test_a_lasso_around_too_many_offers_the_box(page: Page) -> None:
    opened(page, "/lattices/california-housing/map?measure=r2/held-out@decision_tree")
    page.get_by_test_id("tool-lasso").click()
    box = canvas(page)
    left, top = box["x"] + 10, box["y"] + 10
    right, bottom = left + box["width"] - 20, top + box["height"] - 20
    drag(page, (left, top), (right, top), (right, bottom), (left, bottom))
    refusal = page.get_by_test_id("selection-refusal")
    expect(refusal).to_contain_text("too many to list in a link")
    expect(refusal).to_contain_text("Draw a box instead")
    assert "filter" not in query(page)
    refusal.get_by_role("button").click()
    expect(refusal).to_have_count(0)


def test_escape_gives_up_a_box_and_dragging_without_shift_pans(page: Page) -> None:
    opened(page, "/lattices/covertype/map?layout=landscape")
    page.get_by_test_id("tool-box").click()
    box = canvas(page)
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 300, steps=3)
    expect(page.get_by_test_id("outline-says")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("outline-says")).to_have_count(0)
    page.mouse.up()
    assert "filter" not in query(page)
    page.get_by_test_id("tool-pan").click()
    before = spot(page, "~0f")
    drag(page, (box["x"] + 100, box["y"] + 100), (box["x"] + 160, box["y"] + 130))
    after = spot(page, "~0f")
    assert (round(after[0] - before[0]), round(after[1] - before[1])) == (60, 30)
    page.get_by_test_id("zoom-fit").click()
    page.wait_for_timeout(400)
    assert spot(page, "~0f") == pytest.approx(before)
    page.get_by_test_id("zoom-in").click()
    page.wait_for_timeout(400)
    assert spot(page, "~0f") != pytest.approx(before)


def test_rank_rows_stand_by_rank_and_are_sorted_by_score(page: Page, keep: Keep) -> None:
    opened(page, "/lattices/covertype/map?layout=rows&measure=accuracy/ABCD")
    places = {key: spot(page, key) for key in ("~01", "~02", "~04", "~08", "~0f")}
    assert len({round(places[key][1]) for key in ("~01", "~02", "~04", "~08")}) == 1
    assert places["~0f"][1] < places["~01"][1]
    order = sorted(("~01", "~02", "~04", "~08"), key=lambda key: places[key][0])
    page.evaluate("fetch('/api/v1/lattices/covertype/subgraph?measure=accuracy/ABCD')")
    scores = page.evaluate(
        """async keys => {
            const answer = await fetch('/api/v1/lattices/covertype/subgraph?measure=accuracy/ABCD');
            const {keys: all, means} = await answer.json();
            return keys.map((key) => means[all.indexOf(key)]);
        }""",
        order,
    )
    assert scores == sorted(scores)
    keep("map-rows")


def test_a_second_measure_colors_and_the_tooltip_says_both(page: Page, keep: Keep) -> None:
    opened(page, "/lattices/covertype/map?measure=accuracy/ABCD&color=accuracy/A&layout=landscape")
    page.mouse.move(*spot(page, "~0f"))
    tooltip = page.get_by_test_id("map-tooltip")
    expect(tooltip).to_contain_text("0.5933")
    expect(page.get_by_test_id("tooltip-color")).to_contain_text("accuracy/A: 0.695")
    expect(page.get_by_test_id("tooltip-strongest")).to_contain_text("−D −0.0758")
    keep("map-two-measures")


def test_the_tooltip_of_the_pinned_set_gives_its_moves_with_errors(page: Page) -> None:
    opened(
        page,
        "/lattices/california-housing/map?set=~1f&measure=r2/held-out@decision_tree",
    )
    expect(page.get_by_test_id("delta-bar").first).to_be_visible()
    page.mouse.move(*spot(page, "~1f"))
    expect(page.get_by_test_id("map-tooltip")).to_contain_text("30 replicates")
    expect(page.get_by_test_id("tooltip-strongest")).to_contain_text("+0.0382 ± 0.0041")


def test_a_filter_without_matches_can_be_cleared(page: Page, odd_address: str) -> None:
    page.goto(f"{odd_address}/lattices/big/map?{urlencode({'filter': 'rank > 99'})}")
    expect(page.get_by_test_id("stage-shown")).to_contain_text("0 of 32,768 match")
    page.get_by_test_id("clear-filters").click()
    expect(page.get_by_test_id("stage-shown")).to_contain_text("32,768 training sets")


@pytest.mark.parametrize(
    ("lattice", "said"),
    [
        ("one", "a lattice of one object"),
        ("sparse", "there are no moves"),
        ("long", "8 training sets"),
    ],
)
def test_odd_lattices_open_in_every_layout(
    page: Page, odd_address: str, keep: Keep, lattice: str, said: str
) -> None:
    for layout in ("lattice", "landscape", "rows", "density"):
        opened(page, f"{odd_address}/lattices/{lattice}/map?layout={layout}")
        if layout != "density":
            expect(page.get_by_test_id("stage-shown")).to_contain_text(said)
        keep(f"map-{lattice}-{layout}")


def test_a_measure_without_cells_and_an_empty_lattice_say_so(page: Page, odd_address: str) -> None:
    for layout in ("lattice", "landscape", "rows"):
        opened(page, f"{odd_address}/lattices/sparse/map?measure=f1/default&layout={layout}")
        expect(page.get_by_test_id("stage-shown")).to_contain_text("none has a score under f1")
    opened(page, f"{odd_address}/lattices/sparse/map?measure=f1/default&layout=density")
    page.goto(f"{odd_address}/lattices/empty/map")
    expect(page.get_by_test_id("empty-lattice")).to_contain_text("holds no training set yet")


def test_fingers_pan_tap_and_rest(browser: Browser, address: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, base_url=address, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    opened(page, "/lattices/covertype/map?layout=landscape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    client = context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    x, y = spot(page, "~0f")
    touch("touchStart", (x, y))
    page.wait_for_timeout(700)
    expect(page.get_by_test_id("map-tooltip")).to_contain_text("ABCD")
    touch("touchEnd")
    page.wait_for_timeout(200)
    assert "set" not in query(page)
    page.touchscreen.tap(x, y)
    expect(page.get_by_test_id("focus-name")).to_have_text("ABCD")
    middle = canvas(page)
    px, py = middle["x"] + 150, middle["y"] + 200
    before = spot(page, "~0f")
    touch("touchStart", (px, py))
    for step in (15, 30, 45):
        touch("touchMove", (px + step, py + step))
    touch("touchEnd")
    page.wait_for_timeout(300)
    after = spot(page, "~0f")
    assert after[0] > before[0] + 20
    assert after[1] > before[1] + 20
    touch("touchStart", (px, py), (px + 60, py))
    for step in (20, 40, 60):
        touch("touchMove", (px - step, py), (px + 60 + step, py))
    touch("touchEnd")
    page.wait_for_timeout(300)
    camera = query(page)["camera"][0].split(",")
    assert float(camera[2]) > 1.5
    context.close()


def test_names_of_two_hundred_characters_keep_apart(page: Page, odd_address: str) -> None:
    opened(page, f"{odd_address}/lattices/long/map?set=~07")
    expect(page.get_by_test_id("focus-name")).to_be_visible()
    page.mouse.move(*spot(page, "~03"))
    tooltip = page.get_by_test_id("map-tooltip").bounding_box()
    assert tooltip is not None
    assert tooltip["width"] < 340
    assert page.locator("b", has_text="bold").count() == 0 or not page.evaluate(
        "[...document.querySelectorAll('b')].some((each) => each.textContent === 'bold')"
    )
