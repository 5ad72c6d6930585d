"""The page of one set, and the panel of the pinned one."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Keep = Callable[[str], None]
TREE = "measure=r2/held-out@decision_tree"


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def texts(page: Page, testid: str) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in page.get_by_test_id(testid).all_inner_texts()]


def test_a_set_has_a_page_with_star_and_bars(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/california-housing/map?set=~1f&{TREE}")
    page.get_by_test_id("open-set").click()
    expect(page).to_have_url(re.compile("/lattices/california-housing/sets/~1f"))
    expect(page.get_by_role("heading", level=1)).to_have_text("abcde")
    ends = page.get_by_test_id("star-end")
    expect(ends).to_have_count(10)
    first = ends.first
    expect(first).to_have_attribute("aria-label", "+j +0.0382 ± 0.0041: abcdej better")
    assert texts(page, "delta-bar")[0] == "+j +0.0382 ± 0.0041 0.5682"
    keep("set-california")
    page.get_by_test_id("delta-bar").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("abcdej")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("abcde")


def test_larger_sets_stand_above_and_missing_ones_are_hollow(page: Page, keep: Keep) -> None:
    page.goto("/lattices/toy/sets/~0f")
    expect(page.get_by_test_id("star-end")).to_have_count(2)
    missing = page.get_by_test_id("missing-end")
    expect(missing).to_have_count(2)
    expect(missing.first).to_contain_text("not stored")
    page.goto(f"/lattices/california-housing/sets/~1f?{TREE}")
    expect(page.get_by_test_id("star-end")).to_have_count(10)
    places = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=star-end]')].map((end) => [
            end.classList.contains('add'),
            Number(end.querySelector('circle').getAttribute('cy')),
        ])"""
    )
    above = {y for adds, y in places if adds}
    below = {y for adds, y in places if not adds}
    assert max(above) < min(below)
    dash = page.locator(".star line.remove").first.evaluate(
        "line => getComputedStyle(line).strokeDasharray"
    )
    assert dash != "none"


def test_radius_and_moves_are_chosen_and_in_the_link(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/california-housing/sets/~1f?{TREE}")
    said = page.get_by_test_id("around-count")
    expect(said).to_contain_text("10 stored sets one move away, none missing")
    page.get_by_test_id("moves-swap").check()
    expect(said).to_contain_text("35 stored sets one move away")
    page.get_by_test_id("moves-add").uncheck()
    page.get_by_test_id("moves-remove").uncheck()
    expect(said).to_contain_text("25 stored sets one move away")
    expect(page.get_by_test_id("moves-swap")).to_be_disabled()
    page.get_by_test_id("radius-2").click()
    assert query(page)["radius"] == ["2"]
    assert query(page)["moves"] == ["swap"]
    expect(said).to_contain_text("125 stored sets up to 2 moves away")
    keep("set-swaps")


def test_many_neighbors_are_summarized_by_side_and_come_in_pages(page: Page, keep: Keep) -> None:
    page.goto(f"/lattices/california-housing/sets/~1f?{TREE}&radius=3&moves=add,remove,swap")
    expect(page.get_by_test_id("around-count")).to_contain_text("up to 3 moves away")
    rows = page.get_by_test_id("summaries").locator("tbody tr")
    expect(rows.first).to_contain_text("larger")
    expect(rows).to_have_count(4)
    pages = page.get_by_test_id("bar-pages")
    expect(pages).to_contain_text("1–200 of")
    best = page.get_by_test_id("delta-bar").first.inner_text()
    page.get_by_role("button", name="Next 200").click()
    expect(pages).to_contain_text("201–400 of")
    assert page.get_by_test_id("delta-bar").first.inner_text() != best
    keep("set-radius-3")


def test_sections_ask_when_they_are_opened(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path.split("/")[-1]))
    page.goto("/lattices/covertype/sets/~0f?measure=accuracy/ABCD&open=none")
    expect(page.get_by_test_id("star-end")).to_have_count(4)
    assert not {"squares", "without", "columns"} & set(asked)
    page.get_by_test_id("section-pairs").locator("summary").click()
    expect(page.get_by_test_id("substitutes").locator("li")).not_to_have_count(0)
    assert "squares" in asked
    assert "without" not in asked
    assert query(page)["open"] == ["pairs"]


def test_every_measure_s_score_is_listed_with_its_error(page: Page) -> None:
    page.goto("/lattices/california-housing/sets/~1f")
    rows = page.get_by_test_id("scores").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(re.compile(r"decision_tree\s*0\.53\s*± 0\.0042\s*30"))
    page.goto("/lattices/covertype/sets/~0f")
    expect(rows).to_have_count(15)
    expect(rows.first).to_contain_text(re.compile(r"accuracy/A\s*0\.695\s*unknown\s*1"))


def test_groups_are_left_out(page: Page) -> None:
    page.goto("/lattices/covertype/sets/~0f?measure=accuracy/ABCD&open=groups")
    values = page.get_by_test_id("group-values").locator("li")
    expect(values).to_have_count(4)
    expect(values.first).to_contain_text("D")
    expect(values.first).to_contain_text("+0.0758")
    box = page.get_by_test_id("group-input")
    for group in ("ABC", "BC"):
        box.fill(group)
        box.press("Enter")
    expect(values).to_have_count(2)
    expect(values.first).to_contain_text("+0.3633")
    expect(values.nth(1)).to_contain_text("+0.0129")
    assert query(page)["groups"] == ["ABC", "BC"]
    page.get_by_role("button", name="Do not leave out ABC").click()
    expect(values).to_have_count(1)


def test_pairs_are_complements_or_substitutes(page: Page) -> None:
    page.goto(f"/lattices/california-housing/sets/~1f?{TREE}&open=pairs")
    expect(page.get_by_test_id("pair-count")).to_contain_text("10 of 10 pairs shown")
    first = page.get_by_test_id("complements").locator("li").first
    expect(first).to_contain_text("+0.0175 ± 0.0052")
    expect(first).to_contain_text("a with b")
    page.goto(f"/lattices/california-housing/sets/all?{TREE}&open=pairs")
    expect(page.get_by_test_id("pair-count")).to_contain_text("of 45 pairs shown: the strongest")
    page.goto("/lattices/california-housing/sets/~01?open=pairs")
    expect(page.get_by_test_id("section-groups")).to_be_visible()
    expect(page.get_by_test_id("section-pairs")).to_have_count(0)


def test_columns_move_where_evaluation_sets_are_subsets(page: Page) -> None:
    page.goto("/lattices/covertype/sets/~03?open=columns")
    moves = page.get_by_test_id("column-moves")
    expect(moves).to_contain_text("accuracy/A → accuracy/AD +D, not trained on it")
    expect(moves).to_contain_text("−0.315")
    expect(moves).to_contain_text("accuracy/A → accuracy/AB +B, trained on it")
    page.goto("/lattices/california-housing/sets/~03")
    expect(page.get_by_test_id("section-scores")).to_be_visible()
    expect(page.get_by_test_id("section-columns")).to_have_count(0)


def test_cells_one_could_buy_are_listed_and_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/lattices/toy/sets/~0f?open=missing")
    cells = page.get_by_test_id("missing-list").locator("li")
    expect(cells).to_have_count(2)
    page.get_by_test_id("copy-missing").click()
    expect(page.get_by_text("2 spellings copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "BCD\nABD"


def test_a_set_that_is_not_stored_offers_what_is_near(page: Page, keep: Keep) -> None:
    page.goto("/lattices/toy/sets/BC")
    expect(page.get_by_role("heading", level=1)).to_have_text("BC is not stored")
    expect(page.get_by_test_id("set-page")).to_contain_text("1 stored set is one move away")
    near = page.get_by_test_id("nearest").locator("tbody tr")
    expect(near).to_have_count(4)
    expect(near.first).to_contain_text(re.compile(r"ABC\s*1 object\s*\+A"))
    keep("set-not-stored")
    page.get_by_test_id("nearest-set").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ABC")


@pytest.mark.parametrize(
    ("name", "said"),
    [("XY", "'X' in 'XY' is no object"), ("~ff", "names an object beyond the 4")],
)
def test_unknown_sets_say_what_is_wrong(page: Page, name: str, said: str) -> None:
    page.goto(f"/lattices/toy/sets/{name}")
    expect(page.get_by_test_id("set-page").get_by_test_id("error-message")).to_contain_text(said)


def test_the_panel_shows_the_way_back_and_the_change_from_the_baseline(page: Page) -> None:
    page.goto("/lattices/covertype/grid?measure=accuracy/ABCD&set=~0f")
    expect(page.get_by_test_id("focus-name")).to_have_text("ABCD")
    page.get_by_test_id("to-baseline").click()
    page.get_by_test_id("delta-bar").first.click()
    expect(page.get_by_test_id("focus-name")).to_have_text("ACD")
    beside = page.get_by_test_id("beside-baseline")
    expect(beside).to_contain_text("+0.0067")
    expect(beside).to_contain_text("ABCD")
    expect(page.get_by_test_id("trail").locator("li")).to_have_text(["ABCD", "ACD"])
    page.get_by_test_id("compare-set").click()
    expect(page.get_by_test_id("compared-set")).to_contain_text("ACD")
    page.get_by_test_id("trail").get_by_role("button", name="ABCD").click()
    expect(page.get_by_test_id("focus-name")).to_have_text("ABCD")


def test_the_keyboard_walks_on_every_page(page: Page) -> None:
    page.goto("/lattices/covertype/sets/~0f?measure=accuracy/ABCD")
    expect(page.get_by_test_id("star-end")).to_have_count(4)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".bar.pointed")).to_contain_text("−B")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ACD")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("ABCD")
    page.get_by_test_id("star-end").last.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ABC")


@pytest.mark.parametrize("width", [320, 390])
def test_phones_see_the_whole_page(page: Page, keep: Keep, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sections = "open=scores,groups,pairs,missing"
    page.goto(f"/lattices/california-housing/sets/~1f?{TREE}&radius=2&moves=add,swap&{sections}")
    expect(page.get_by_test_id("complements")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(f"set-phone-{width}")
