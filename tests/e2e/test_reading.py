"""What is read stays true and legible: on paper, with long names, by assistive technology, in doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import odd as lattices
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]

INK_PIXELS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] === 28 && data[at + 1] === 33 && data[at + 2] === 40 && data[at + 3] === 255) {
      found += 1;
    }
  }
  return found;
}"""
BOXES = "(all) => all.map((each) => { const b = each.getBoundingClientRect();" + (
    " return [b.left, b.top, b.right, b.bottom]; })"
)
PAGES = ["map", "set?set=~0b", "paths", "grid", "compare", "table"]


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    place = tmp_path_factory.mktemp("strange") / "strange.db"
    lattices.make(place, "names", "long", "wide", "sparse")
    with Server(place) as server:
        yield server.address


def boxes(texts: Locator) -> list[list[float]]:
    found: list[list[float]] = texts.evaluate_all(BOXES)
    return found


def is_apart(one: list[float], other: list[float]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


# ------------------------------------------------------------------ on paper


def test_paper_is_white_in_every_theme_and_holds_no_controls(page: Page, keep: Keep) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/lattices/covertype/map?layout=landscape&set=~0b")
    expect(page.get_by_test_id("map-canvas")).to_have_attribute("data-ready", "true")
    expect(page.get_by_test_id("star")).to_be_visible()
    ground = page.locator("canvas.ground")
    assert ground.evaluate(INK_PIXELS) == 0
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(28, 33, 40)")
    assert ground.evaluate(INK_PIXELS) > 100  # the words of the picture are dark now
    expect(page.get_by_role("heading", name="covertype: map, accuracy/ABCD")).to_be_visible()
    expect(page.get_by_test_id("star")).to_be_visible()
    for pressed in ("controls", "view-grid", "theme", "zoom-in", "path-from"):
        expect(page.get_by_test_id(pressed)).to_be_hidden()
    keep("reading-paper")
    page.emulate_media(media="screen", color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")
    expect(page.get_by_test_id("controls")).to_be_visible()
    page.wait_for_function(f"() => ({INK_PIXELS})(document.querySelector('canvas.ground')) === 0")


@pytest.mark.parametrize(
    "link",
    [
        "california-housing/map?layout=density",
        "covertype/grid?rows=heat",
        "california-housing/table",
        "covertype/compare?tray=~0b&tray=~03",
    ],
)
def test_every_page_can_be_printed(page: Page, link: str) -> None:
    page.goto(f"/lattices/{link}")
    expect(page.locator("h1")).to_have_count(1)
    marks = '[data-ready="true"], [data-testid="table-row"], [data-testid="comparison"]'
    expect(page.locator(marks).first).to_be_attached()
    assert page.pdf(format="A4").startswith(b"%PDF")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")


# ------------------------------------------------------------------ names


def test_labels_of_long_names_stay_apart_and_in_the_picture(strange: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=strange)
    try:
        for link, ends in (("long/sets/~07", 3), ("names/sets/~03", 2)):
            page.goto(f"/lattices/{link}")
            expect(page.get_by_test_id("star-end")).to_have_count(ends)
            (frame,) = boxes(page.get_by_test_id("star").locator("svg"))
            found = boxes(page.get_by_test_id("star").locator("tspan.change"))
            assert len(found) == ends
            for place, one in enumerate(found):
                assert frame[0] <= one[0] < one[2] <= frame[2]
                assert all(is_apart(one, other) for other in found[place + 1 :])
    finally:
        page.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_suggested_path_of_long_names_has_room(
    strange: str, browser: Browser, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 700}, base_url=strange)
    try:
        page.goto("/lattices/long/paths")
        suggestion = page.get_by_role("button", name="empty → all")
        expect(suggestion).to_have_attribute("title", re.compile("^empty → a{99}…"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        (box,) = boxes(suggestion)
        assert box[2] <= width
    finally:
        page.close()


def test_what_is_not_read_is_not_counted(strange: str, browser: Browser) -> None:
    page = browser.new_page(base_url=strange)
    try:
        page.goto("/lattices/wide/sets/~07")
        expect(page.get_by_test_id("around-count")).to_contain_text("4,999 not stored")
        missing = page.get_by_test_id("star").locator("g.more")
        expect(missing).to_contain_text("not stored")
        expect(missing).not_to_contain_text(re.compile(r"\d"))
    finally:
        page.close()


# ------------------------------------------------------------------ in doubt


def test_a_score_keeps_its_measure_while_the_server_is_away(
    browser: Browser, database_place: Path
) -> None:
    lattices.make(database_place, "measured")
    server = Server(database_place)
    server.start()
    page = browser.new_page(base_url=server.address)
    try:
        page.goto("/lattices/measured/sets/~03?measure=accuracy/slice+00")
        heading = page.get_by_test_id("set-page").locator("header")
        panel = page.get_by_test_id("focus-panel")
        for place in (heading, panel):
            expect(place).to_contain_text("accuracy/slice 00: 1 (one replicate")
        server.stop()
        page.get_by_test_id("measure-select").select_option("accuracy/slice 02")
        expect(page.get_by_test_id("server-gone")).to_be_visible()
        for place in (heading, panel):
            expect(place).to_contain_text("accuracy/slice 00: 1 (one replicate")
        expect(page.get_by_test_id("star")).to_be_visible()
        server.start()
        for place in (heading, panel):
            expect(place).to_contain_text("accuracy/slice 02: 0.5 (one replicate")
    finally:
        page.close()
        server.stop()


def test_what_cannot_be_cured_by_asking_again_does_not_offer_it(page: Page) -> None:
    page.goto("/lattices/covertype/sets/ABX")
    expect(page.get_by_test_id("error-message")).to_contain_text("'X' in 'ABX' is no object")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.get_by_test_id("focus-panel").get_by_role("heading")).to_have_text("ABX")
    page.goto("/lattices/nope/map")
    expect(page.get_by_test_id("error-message")).to_contain_text("There is no lattice 'nope'")
    expect(page.get_by_role("navigation", name="Views")).to_have_count(0)
    page.get_by_role("link", name="All lattices").click()
    expect(page.get_by_test_id("lattice-card").first).to_be_visible()


def test_a_complaint_is_read_whole(page: Page) -> None:
    page.goto("/lattices/covertype/map?filter=banana")
    said = page.get_by_test_id("error-message")
    expect(said).to_have_count(2)
    for each in said.all():
        expect(each).to_contain_text("replicates.")
        for text in each.locator("p").all():
            assert text.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1")


def test_without_a_set_its_page_offers_some(page: Page) -> None:
    page.goto("/lattices/covertype/set")
    page.get_by_test_id("no-set").get_by_role("button", name="ABCD").click()
    expect(page.get_by_role("heading", level=1, name="ABCD")).to_be_visible()
    expect(page).to_have_url(re.compile("/sets/~0f"))


def test_declared_scores_win_in_no_order(page: Page) -> None:
    for sign in ("", "-"):
        page.goto(f"/lattices/california-housing/table?sort={sign}r2/held-out@decision_tree")
        first = page.get_by_test_id("table-row").first
        expect(first).to_contain_text("±")
        expect(first).not_to_contain_text("empty")


# ------------------------------------------------------------------ looks and roles


def test_every_page_has_one_heading_of_the_first_level(page: Page) -> None:
    for link in PAGES:
        page.goto(f"/lattices/covertype/{link}")
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("h1")).to_contain_text("ABD" if "set" in link else "covertype")


def test_the_header_looks_the_same_on_every_page(page: Page) -> None:
    page.goto("/lattices/covertype/map")
    help_button = page.get_by_test_id("help")
    size = help_button.evaluate("(one) => getComputedStyle(one).fontSize")
    page.get_by_test_id("view-grid").click()
    expect(page.get_by_test_id("grid-numbers")).to_be_visible()
    assert help_button.evaluate("(one) => getComputedStyle(one).fontSize") == size


def test_chips_of_objects_are_as_wide_as_their_names(page: Page) -> None:
    page.goto("/lattices/california-housing/compare?tray=~0b&tray=~ff03")
    chips = page.get_by_test_id("compare-added").locator(".object-chip")
    expect(chips).to_have_count(7)
    assert all(right - left < 40 for left, _, right, _ in boxes(chips))
    (table,) = boxes(page.get_by_test_id("comparison"))
    (frame,) = boxes(page.get_by_role("region", name="Comparison"))
    assert frame[2] - table[2] < 3


def test_the_heads_of_the_heat_map_are_heads(page: Page) -> None:
    page.goto("/lattices/covertype/grid?rows=heat")
    heads = page.get_by_test_id("grid-heatmap").get_by_role("columnheader")
    expect(heads).to_have_count(16)
    heads.filter(has_text=re.compile("^BCD$")).get_by_role("button").click()
    expect(page).to_have_url(re.compile("sort=accuracy"))
    numbers = "/lattices/covertype/grid?rows=numbers&set=~0b"
    page.goto(numbers)
    lines = page.get_by_test_id("grid-table").locator("thead button span")
    expect(lines.filter(has_text="ABCD")).to_be_visible()
    heights = {round(bottom - top) for _, top, _, bottom in boxes(lines)}
    assert len(heights) == 1  # no name of a set is broken in two


def test_ranges_of_several_metrics_are_told_apart(strange: str, browser: Browser) -> None:
    page = browser.new_page(base_url=strange)
    try:
        page.goto("/lattices/sparse/sets/~03")
        expect(page.get_by_test_id("set-page")).to_contain_text(
            "accuracy from 0.4 to 0.4; f1 from 0 to 1."
        )
    finally:
        page.close()
